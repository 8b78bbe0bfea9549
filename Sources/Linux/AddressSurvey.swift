// Whether an address is the host's own and which source the route picks for it. Nothing is sent: the routing table
// is asked, and a UDP socket is connected, which only looks the route up.

import CLinux
import Glibc
public import SelfConnect

/// Finds out the facts about addresses, in the calling thread's network namespace.
public struct AddressSurvey: ~Copyable {
    private var netlink: NetlinkSocket

    /// A conversation with the kernel, for the namespace that the calling thread is in.
    public init() throws(SystemCallError) {
        netlink = try NetlinkSocket(protocol: NETLINK_ROUTE)
    }

    /// The facts about an address. Having no route to it is a fact as well.
    public mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let destination = address.destination
        do throws(SystemCallError) {
            let isOwn = try isLocal(destination)
            return AddressFacts(isOwn: isOwn, routeSource: try Self.routeSource(to: destination))
        } catch  where Self.meansNoRoute.contains(error.code) {
            return AddressFacts(isOwn: false, routeSource: nil)
        }
    }

    /// Whether an address is the host's own, without a look at the source.
    public mutating func isOwn(_ address: IPAddress) throws(SystemCallError) -> Bool {
        do throws(SystemCallError) {
            return try isLocal(address.destination)
        } catch  where Self.meansNoRoute.contains(error.code) {
            return false
        }
    }

    /// What a missing route, a missing interface or a family that is switched off answers with.
    private static let meansNoRoute: Set<Int32> = [
        ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, ENODEV, ENXIO, EINVAL, EACCES,
    ]

    /// Asks for the route's type: bind() would not do, since it takes foreign addresses too where
    /// net.ipv4.ip_nonlocal_bind is set.
    private mutating func isLocal(_ address: IPAddress) throws(SystemCallError) -> Bool {
        var interface: UInt32 = 0
        if case .v6(let address) = address { interface = try SocketAddress.index(ofZone: address.zone) }
        var isLocal = false
        let request = RouteCodec.request(to: address, interface: interface)
        try netlink.ask(
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
