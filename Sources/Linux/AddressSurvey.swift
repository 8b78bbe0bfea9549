// Whether an address is the host's own and which source the route picks for it. Nothing is sent: the routing table
// is asked, and a UDP socket is connected, which only looks the route up.
//
// Where netlink is refused the UDP socket has to do. A source that is the destination proves the address the host's
// own, and 127.0.0.0/8 is; but a secondary IPv4 address looks like a foreign one, and then nobody can tell.

import CLinux
import Glibc
public import SelfConnect

/// Finds out the facts about addresses, in the calling thread's network namespace.
public struct AddressSurvey: ~Copyable {
    /// Nil where netlink is refused.
    private var netlink: NetlinkSocket?

    /// A conversation with the kernel, for the namespace that the calling thread is in.
    public init() throws(SystemCallError) {
        do throws(SystemCallError) {
            netlink = try NetlinkSocket(protocol: NETLINK_ROUTE)
        } catch  where Self.meansNoNetlink.contains(error.code) {
            netlink = nil
        }
    }

    /// The facts about an address. Having no route to it is a fact as well.
    public mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let destination = address.destination
        do throws(SystemCallError) {
            let isOwn = try isLocal(destination)
            let source = try Self.routeSource(to: destination)
            return AddressFacts(isOwn: isOwn ?? false, routeSource: source, doubt: isOwn == nil ? Self.doubt : nil)
        } catch  where Self.meansNoRoute.contains(error.code) {
            return AddressFacts(isOwn: false, routeSource: nil)
        }
    }

    /// Whether an address is the host's own, without a look at the source.
    public mutating func isOwn(_ address: IPAddress) throws(SystemCallError) -> Bool {
        do throws(SystemCallError) {
            return try isLocal(address.destination) ?? false
        } catch  where Self.meansNoRoute.contains(error.code) {
            return false
        }
    }

    private static let doubt = "whether the address is the host's own only netlink tells, which is refused here"

    /// What a kernel without netlink answers with, or a filter (systemd's RestrictAddressFamilies=).
    private static let meansNoNetlink: Set<Int32> = [EAFNOSUPPORT, EPROTONOSUPPORT, EPERM, EACCES]

    /// What a missing route, a missing interface or a family that is switched off answers with.
    private static let meansNoRoute: Set<Int32> = [
        ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, ENODEV, ENXIO, EINVAL, EACCES,
    ]

    /// Asks for the route's type: bind() would not do, since it takes foreign addresses too where
    /// net.ipv4.ip_nonlocal_bind is set. Nil where it cannot be told.
    private mutating func isLocal(_ address: IPAddress) throws(SystemCallError) -> Bool? {
        guard netlink != nil else {
            let source = try Self.routeSource(to: address)
            return !address.isIPv6 && address.isLoopback || source?.withoutZone == address.withoutZone ? true : nil
        }
        var interface: UInt32 = 0
        if case .v6(let address) = address { interface = try SocketAddress.index(ofZone: address.zone) }
        var isLocal = false
        let request = RouteCodec.request(to: address, interface: interface)
        try netlink?.ask(
            "route to \(address)", type: RouteCodec.requestType, flags: 0, payload: request, restart: {},
            record: { type, payload throws(SystemCallError) in
                if type == UInt16(RTM_NEWROUTE) { isLocal = try RouteCodec.isLocal(payload) }
            })
        return isLocal
    }

    private static func routeSource(to address: IPAddress) throws(SystemCallError) -> IPAddress? {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try call("socket") { Glibc.socket(family, type, 0) })
        let peer = try SocketAddress(address, port: 9)  // discard: UDP's connect() sends nothing
        try call("route to \(address)") { peer.withPointer { Glibc.connect(socket.number, $0, $1) } }
        var local = SocketAddress()
        try call("getsockname") { local.withMutablePointer { getsockname(socket.number, $0, $1) } }
        return local.endpoint?.address
    }
}
