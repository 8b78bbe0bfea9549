// Whether an address is the host's own and which source the route picks for it. Nothing is sent: the routing table is
// asked.
//
// Where netlink is refused a UDP socket has to do, which only looks the route up when it is connected. A source that is
// the destination proves the address the host's own, and 127.0.0.0/8 is; but a secondary IPv4 address looks like a
// foreign one, and then nobody can tell. The socket is also given a port of the ephemeral range: none is free where the
// whole range is reserved.

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
            guard netlink != nil else { return try Self.factsWithoutNetlink(about: destination) }
            let route = try route(to: destination)
            return AddressFacts(isOwn: route.isLocal, routeSource: route.source)
        } catch  where Self.meansNoRoute.contains(error.code) {
            return AddressFacts(isOwn: false, routeSource: nil)
        }
    }

    /// Whether an address is the host's own, without a look at the source.
    public mutating func isOwn(_ address: IPAddress) throws(SystemCallError) -> Bool {
        do throws(SystemCallError) {
            guard netlink != nil else { return try Self.factsWithoutNetlink(about: address.destination).isOwn }
            return try route(to: address.destination).isLocal
        } catch  where Self.meansNoRoute.contains(error.code) {
            return false
        }
    }

    private static let doubt = "whether the address is the host's own only netlink tells, which is refused here"
    private static let noPort =
        "the source of its clients only netlink tells, which is refused here, or a UDP socket, for which no port is free"

    /// What a kernel without netlink answers with, or a filter (systemd's RestrictAddressFamilies=).
    private static let meansNoNetlink: Set<Int32> = [EAFNOSUPPORT, EPROTONOSUPPORT, EPERM, EACCES]

    /// What a missing route, a missing interface or a family that is switched off answers with.
    private static let meansNoRoute: Set<Int32> = [
        ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, ENODEV, ENXIO, EINVAL, EACCES,
    ]

    /// Asks for the route: bind() would not do to tell what is local, since it takes foreign addresses too where
    /// net.ipv4.ip_nonlocal_bind is set.
    private mutating func route(to address: IPAddress) throws(SystemCallError) -> RouteCodec.Route {
        var interface: UInt32 = 0
        if case .v6(let destination) = address {
            interface = try SocketAddress.index(ofZone: destination.zone)
            // The table has an answer, but connect() has not (__ip6_datagram_connect, tcp_v6_connect).
            if destination.isLinkLocal, interface == 0 { throw SystemCallError("route to \(address)", code: EINVAL) }
        }
        var route = RouteCodec.Route(isLocal: false)
        let request = RouteCodec.request(to: address, interface: interface)
        try netlink?.ask(
            "route to \(address)", type: RouteCodec.requestType, flags: 0, payload: request, restart: {},
            record: { type, payload throws(SystemCallError) in
                if type == UInt16(RTM_NEWROUTE) { route = try RouteCodec.route(payload) }
            })
        // The interface was asked with, and is not in the answer.
        if case .v6(let source) = route.source, source.isLinkLocal, case .v6(let address) = address {
            route.source = .v6(IPv6Address(high: source.high, low: source.low, zone: address.zone))
        }
        return route
    }

    private static func factsWithoutNetlink(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let source: IPAddress?
        do throws(SystemCallError) {
            source = try routeSource(to: address)
        } catch  where error.code == EAGAIN {
            return AddressFacts(isOwn: false, routeSource: nil, doubt: noPort)
        }
        let isOwn = !address.isIPv6 && address.isLoopback || source?.withoutZone == address.withoutZone
        return AddressFacts(isOwn: isOwn, routeSource: source, doubt: isOwn ? nil : doubt)
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
