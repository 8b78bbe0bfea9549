// Determines whether an address is local to the host, and the source address that its route selects. Sends nothing: it
// queries the routing table.
//
// If netlink is denied, a UDP socket is used instead; its connect() only looks up the route. The address is local if
// the selected source equals it, or if it is in 127.0.0.0/8; but a secondary IPv4 address looks like a remote one, so
// the result is unknown then. The socket also needs a port of the ephemeral range: none is free if the whole range is
// reserved.

import CLinux
import Glibc
package import SelfConnect

/// Determines facts about addresses in the calling thread's network namespace.
package struct AddressSurvey: ~Copyable {
    /// Nil if netlink is denied.
    private var netlink: NetlinkSocket?

    /// Opens a netlink socket in the calling thread's namespace.
    package init() throws(SystemCallError) {
        do throws(SystemCallError) {
            netlink = try NetlinkSocket(protocol: NETLINK_ROUTE)
        } catch  where Self.meansNoNetlink.contains(error.code) {
            netlink = nil
        }
    }

    /// Whether netlink was denied at creation. A temporary lack of descriptors does not count.
    package var lacksNetlink: Bool { netlink == nil }

    /// The facts about an address. That there is no route to it is also a fact if the kernel has reported it.
    ///
    /// - Throws: if descriptors or memory have run out. Any other failure of the request gives an unknown route.
    package mutating func facts(about address: IPAddress) throws(SystemCallError) -> AddressFacts {
        let destination = address.destination
        do throws(SystemCallError) {
            guard netlink != nil else { return try Self.factsWithoutNetlink(about: destination) }
            return AddressFacts(try route(to: destination))
        } catch  where !error.isResourceExhaustion {
            return AddressFacts(.unknown("whether \(address) is the host's own could not be asked: \(error)"))
        }
    }

    /// Whether an address is known to be local.
    package mutating func isOwn(_ address: IPAddress) throws(SystemCallError) -> Bool {
        try facts(about: address).isOwn
    }

    private static let doubt = "cannot determine whether the address is local: netlink access is denied"
    private static let noPort =
        "cannot determine the source address of its clients: netlink access is denied, and no UDP port is free"

    /// Errors of a kernel without netlink, or of a filter (systemd's RestrictAddressFamilies=).
    private static let meansNoNetlink: Set<Int32> = [EAFNOSUPPORT, EPROTONOSUPPORT, EPERM, EACCES]

    /// Errors in the kernel's reply (NLMSG_ERROR) that mean that there is no route: none in the tables, one of the
    /// types unreachable, prohibit and blackhole, a missing family or interface (`fib_props`, `inet_rtm_getroute`,
    /// `rtnetlink_rcv_msg`).
    private static let meansNoRoute: Set<Int32> = [
        ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT, EOPNOTSUPP, ENODEV, ENXIO, EINVAL, EACCES,
    ]

    /// Errors of connect() of a UDP socket that mean the same and have no other cause than the routing table.
    private static let meansNoRouteToConnect: Set<Int32> = [ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL]

    /// Requests the route. bind() would not determine what is local, since it also accepts remote addresses if
    /// net.ipv4.ip_nonlocal_bind is set.
    private mutating func route(to address: IPAddress) throws(SystemCallError) -> AddressFacts.Route {
        var interface: UInt32 = 0
        if case .v6(let destination) = address {
            do throws(SystemCallError) {
                interface = try SocketAddress.index(ofZone: destination.zone)
            } catch  where error.code == ENODEV || error.code == ENXIO {
                return .elsewhere(source: nil)  // There is no such interface.
            }
            // The table has a route, but connect() fails (__ip6_datagram_connect, tcp_v6_connect).
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
        // The interface was part of the request and is not in the reply.
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
        } catch  where meansNoRouteToConnect.contains(error.code) {
            return AddressFacts(.elsewhere(source: nil))
        } catch  where error.code == EACCES {
            return AddressFacts(.unknown(doubt))  // A broadcast address, a prohibited route, or a security module.
        }
        let isOwn = !address.isIPv6 && address.isLoopback || source?.withoutZone == address.withoutZone
        return AddressFacts(isOwn ? .own(source: source) : .unknown(doubt))
    }

    private static func routeSource(to address: IPAddress) throws(SystemCallError) -> IPAddress? {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try call("socket") { Glibc.socket(family, type, 0) })
        let peer = try SocketAddress(address, port: 9)  // discard: connect() of UDP sends nothing
        try call("route to \(address)") { peer.withPointer { Glibc.connect(socket.number, $0, $1) } }
        var local = SocketAddress()
        try call("getsockname") { local.withMutablePointer { getsockname(socket.number, $0, $1) } }
        return local.endpoint?.address
    }
}
