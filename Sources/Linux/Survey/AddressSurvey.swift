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

    /// Whether netlink was refused when this was made. A moment's want of descriptors is no refusal.
    public var lacksNetlink: Bool { netlink == nil }

    /// The facts about an address. That there is no route to it is a fact as well, if the kernel has answered so.
    ///
    /// - Throws: that descriptors or memory have run out. Any other refusal of the question is an unknown route.
    public mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let destination = address.destination
        do throws(SystemCallError) {
            guard netlink != nil else { return try Self.factsWithoutNetlink(about: destination) }
            return AddressFacts(try route(to: destination))
        } catch  where !error.isResourceExhaustion {
            return AddressFacts(.unknown("whether \(address) is the host's own could not be asked: \(error)"))
        }
    }

    /// Whether an address is known to be the host's own.
    public mutating func isOwn(_ address: IPAddress) throws(SystemCallError) -> Bool {
        try facts(about: address).isOwn
    }

    private static let doubt = "cannot determine whether the address is local: netlink access is denied"
    private static let noPort =
        "cannot determine the source address of its clients: netlink access is denied, and no UDP port is free"

    /// What a kernel without netlink answers with, or a filter (systemd's RestrictAddressFamilies=).
    private static let meansNoNetlink: Set<Int32> = [EAFNOSUPPORT, EPROTONOSUPPORT, EPERM, EACCES]

    /// What the kernel's own answer, an NLMSG_ERROR, says where there is no route: none in the tables, one of the types
    /// unreachable, prohibit and blackhole, a family or an interface that is not there (`fib_props`, `inet_rtm_getroute`,
    /// `rtnetlink_rcv_msg`).
    private static let meansNoRoute: Set<Int32> = [
        ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, EOPNOTSUPP, ENODEV, ENXIO, EINVAL, EACCES,
    ]

    /// What connect() of a UDP socket says then, and nothing but the routing table does.
    private static let meansNoRouteToConnect: Set<Int32> = [ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL]

    /// Asks for the route: bind() would not do to tell what is local, since it takes foreign addresses too where
    /// net.ipv4.ip_nonlocal_bind is set.
    private mutating func route(to address: IPAddress) throws(SystemCallError) -> AddressFacts.Route {
        var interface: UInt32 = 0
        if case .v6(let destination) = address {
            do throws(SystemCallError) {
                interface = try SocketAddress.index(ofZone: destination.zone)
            } catch  where error.code == ENODEV || error.code == ENXIO {
                return .elsewhere(source: nil)  // There is no such interface.
            }
            // The table has an answer, but connect() has not (__ip6_datagram_connect, tcp_v6_connect).
            if destination.isLinkLocal, interface == 0 { return .elsewhere(source: nil) }
        }
        var answer: RouteCodec.Route?
        let operation = "route to \(address)"
        let request = RouteCodec.request(to: address, interface: interface)
        let refusal = try netlink?.answer(
            operation, type: RouteCodec.requestType, flags: 0, payload: request, restart: { answer = nil },
            record: { type, payload throws(SystemCallError) in
                if type == UInt16(RTM_NEWROUTE) { answer = try RouteCodec.route(payload) }
            })
        if let refusal {
            guard Self.meansNoRoute.contains(refusal) else { throw SystemCallError(operation, code: refusal) }
            return .elsewhere(source: nil)
        }
        guard var route = answer else { throw SystemCallError(operation, "an answer without a route", code: EBADMSG) }
        // The interface was asked with, and is not in the answer.
        if case .v6(let source) = route.source, source.isLinkLocal, case .v6(let address) = address {
            route.source = .v6(IPv6Address(high: source.high, low: source.low, zone: address.zone))
        }
        return route.isLocal ? .own(source: route.source) : .elsewhere(source: route.source)
    }

    private static func factsWithoutNetlink(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let source: IPAddress?
        do throws(SystemCallError) {
            source = try routeSource(to: address)
        } catch  where error.code == EAGAIN {
            return AddressFacts(.unknown(noPort))
        } catch  where error.operation.hasPrefix("route") && meansNoRouteToConnect.contains(error.code) {
            return AddressFacts(.elsewhere(source: nil))
        } catch  where error.code == EACCES {
            return AddressFacts(.unknown(doubt))  // A broadcast address, a prohibited one, or a security module.
        }
        let isOwn = !address.isIPv6 && address.isLoopback || source?.withoutZone == address.withoutZone
        return AddressFacts(isOwn ? .own(source: source) : .unknown(doubt))
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
