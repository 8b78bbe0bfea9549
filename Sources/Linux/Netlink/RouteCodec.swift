// Two requests to the routing subsystem (rtnetlink(7)): the route of a packet to an address, and adding an address. No
// side effects.

import CLinux
import Glibc
import SelfConnect

/// Builds RTM_GETROUTE and parses the reply.
enum RouteCodec {
    static let requestType = UInt16(RTM_GETROUTE)

    /// `struct rtmsg` and the destination, for TCP: rules can use another table than for UDP (ip-rule(8)); kernels
    /// before 4.18 ignore the protocol. Includes the interface for a link-local destination.
    static func request(to address: IPAddress, interface: UInt32) -> [UInt8] {
        var payload: [UInt8] = []
        payload.append(UInt8(address.isIPv6 ? AF_INET6 : AF_INET))  // rtm_family
        payload.append(address.isIPv6 ? 128 : 32)  // rtm_dst_len
        payload += [UInt8](repeating: 0, count: 6)  // rtm_src_len, _tos, _table, _protocol, _scope, _type
        payload.append(native: UInt32(0))  // rtm_flags
        append(UInt16(RTA_DST.rawValue), address.networkOctets, to: &payload)
        append(UInt16(RTA_IP_PROTO.rawValue), [UInt8(IPPROTO_TCP)], to: &payload)
        guard interface != 0 else { return payload }
        var index: [UInt8] = []
        index.append(native: interface)
        append(UInt16(RTA_OIF.rawValue), index, to: &payload)
        return payload
    }

    /// RTM_NEWADDR for this single address: `struct ifaddrmsg`, and the address twice.
    static func addition(of address: IPAddress, to interface: UInt32) -> [UInt8] {
        var payload: [UInt8] = []
        payload.append(UInt8(address.isIPv6 ? AF_INET6 : AF_INET))  // ifa_family
        payload.append(address.isIPv6 ? 128 : 32)  // ifa_prefixlen
        payload.append(address.isIPv6 ? UInt8(IFA_F_NODAD) : 0)  // ifa_flags: usable at once
        payload.append(0)  // ifa_scope: universe
        payload.append(native: interface)  // ifa_index
        append(UInt16(IFA_LOCAL), address.networkOctets, to: &payload)
        append(UInt16(IFA_ADDRESS), address.networkOctets, to: &payload)
        return payload
    }

    /// The route of a packet.
    struct Route: Hashable {
        /// Whether the packet stays on this host: rtm_type is RTN_LOCAL.
        var isLocal: Bool
        /// The source address if the client specifies none: RTA_PREFSRC, which the kernel fills with the choice of
        /// connect() (rt_fill_info, rt6_fill_node). Nil if the route is not to a single host.
        var source: IPAddress?
    }

    /// The route of an RTM_NEWROUTE.
    static func route(_ payload: RawSpan) throws(SystemCallError) -> Route {
        guard payload.byteCount >= MemoryLayout<rtmsg>.size else {
            throw NetlinkMessage.malformed("a route of \(payload.byteCount) octets")
        }
        let family: UInt8 = payload.load(0)
        let type: UInt8 = payload.load(7)
        var route = Route(isLocal: Int(type) == RTN_LOCAL)
        guard route.isLocal || Int(type) == RTN_UNICAST else { return route }
        try NetlinkMessage.forEachAttribute(in: payload, from: MemoryLayout<rtmsg>.size) {
            (attribute, value) throws(SystemCallError) in
            guard attribute == UInt16(RTA_PREFSRC.rawValue) else { return }
            route.source = try address(value, isIPv6: Int32(family) == AF_INET6)
        }
        return route
    }

    private static func address(_ value: RawSpan, isIPv6: Bool) throws(SystemCallError) -> IPAddress {
        guard value.byteCount == (isIPv6 ? 16 : 4) else {
            throw NetlinkMessage.malformed("an address of \(value.byteCount) octets")
        }
        guard isIPv6 else { return .v4(IPv4Address(bits: UInt32(bigEndian: value.load(0)))) }
        return .v6(IPv6Address(high: UInt64(bigEndian: value.load(0)), low: UInt64(bigEndian: value.load(8))))
    }

    private static func append(_ type: UInt16, _ value: [UInt8], to payload: inout [UInt8]) {
        payload.append(native: UInt16(4 + value.count))
        payload.append(native: type)
        payload += value
        payload += [UInt8](repeating: 0, count: -value.count & 3)
    }
}

private let RTN_LOCAL = Int(CLinux.RTN_LOCAL)
private let RTN_UNICAST = Int(CLinux.RTN_UNICAST)
