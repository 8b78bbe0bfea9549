// NETLINK_SOCK_DIAG for TCP (sock_diag(7)): `struct inet_diag_req_v2` out, `struct inet_diag_msg` in. No side effects.

import CLinux
import Glibc
import SelfConnect

/// Which sockets a dump asks for. It walks tables of the whole host, whatever the namespace holds: for listeners a small
/// one, for connections one with 262,144 buckets, for bound sockets one with 65,536 (docs/kernel-facts.md).
package enum SockDiagSelection: Sendable {
    /// All that `SockDiagCodec.states` has.
    case all
    /// Those that are more than bound.
    case listenersAndConnections
    /// Those that listen.
    case listeners

    var states: UInt32 {
        switch self {
        case .all: SockDiagCodec.states
        case .listenersAndConnections: SockDiagCodec.states & ~(1 << UInt32(CLINUX_TCP_BOUND_INACTIVE))
        case .listeners: 1 << UInt32(TCPState.listen.rawValue)
        }
    }
}

/// Builds requests for TCP sockets and parses the replies.
enum SockDiagCodec {
    /// The states to request: all except half-open connections, which are not accepted yet.
    static let states: UInt32 =
        [.established, .synSent, .finWait1, .finWait2, .timeWait, .closeWait, .lastAck, .listen, .closing]
        .reduce(UInt32(1) << UInt32(CLINUX_TCP_BOUND_INACTIVE)) { (mask: UInt32, state: TCPState) in
            mask | 1 << UInt32(state.rawValue)
        }

    static let requestType = UInt16(SOCK_DIAG_BY_FAMILY)

    /// `struct inet_diag_req_v2`: the sockets of a family in some states; with a port, only those with this local port.
    static func request(family: Int32, states: UInt32, port: UInt16 = 0) -> [UInt8] {
        var payload: [UInt8] = []
        payload.append(UInt8(family))
        payload.append(UInt8(IPPROTO_TCP))
        payload.append(0)  // idiag_ext: further attributes to send
        payload.append(0)  // pad
        payload.append(native: states)
        return payload + identity(port: port)
    }

    /// The older request, the only one for which the kernel selects both families at once (`inet_diag_dump_compat`).
    static let requestTypeForBothFamilies = UInt16(TCPDIAG_GETSOCK)

    /// `struct inet_diag_req`: the sockets of both families, as `request` selects those of one.
    static func requestForBothFamilies(states: UInt32, port: UInt16 = 0) -> [UInt8] {
        var payload: [UInt8] = [UInt8(AF_UNSPEC), 0, 0]  // idiag_family, idiag_src_len, idiag_dst_len
        payload.append(0)  // idiag_ext: further attributes to send
        payload += identity(port: port)
        payload.append(native: states)
        payload.append(native: UInt32(0))  // idiag_dbs
        return payload
    }

    /// `struct inet_diag_sockid` of a dump: any socket, or any with this local port.
    private static func identity(port: UInt16) -> [UInt8] {
        var identity: [UInt8] = []
        identity.append(native: port.bigEndian)  // idiag_sport
        identity.append(native: UInt16(0))  // idiag_dport
        identity += [UInt8](repeating: 0, count: 32)  // idiag_src, idiag_dst
        identity.append(native: UInt32(0))  // idiag_if
        identity += [UInt8](repeating: 0xFF, count: 8)  // idiag_cookie: INET_DIAG_NOCOOKIE
        return identity
    }

    /// `struct inet_diag_req_v2` for one connection by its endpoints, with TCP_INFO (INET_DIAG_INFO) and the sizes of
    /// its buffers (INET_DIAG_SKMEMINFO).
    static func informationRequest(for socket: SocketRecord, interface: UInt32) -> [UInt8] {
        var payload: [UInt8] = []
        payload.append(UInt8(socket.local.address.isIPv6 ? AF_INET6 : AF_INET))
        payload.append(UInt8(IPPROTO_TCP))
        payload.append(1 << UInt8(INET_DIAG_INFO - 1) | 1 << UInt8(INET_DIAG_SKMEMINFO - 1))  // idiag_ext
        payload.append(0)  // pad
        payload.append(native: UInt32.max)  // idiag_states
        payload.append(native: socket.local.port.bigEndian)  // id.idiag_sport
        payload.append(native: socket.peer.port.bigEndian)  // id.idiag_dport
        payload += octets(of: socket.local.address)  // id.idiag_src
        payload += octets(of: socket.peer.address)  // id.idiag_dst
        payload.append(native: interface)  // id.idiag_if
        payload += [UInt8](repeating: 0xFF, count: 8)  // id.idiag_cookie: INET_DIAG_NOCOOKIE
        return payload
    }

    /// The information in a reply to `informationRequest`; missing values are nil.
    static func information(_ payload: RawSpan) throws(SystemCallError) -> ConnectionInformation {
        var result = ConnectionInformation()
        try NetlinkMessage.forEachAttribute(in: payload, from: MemoryLayout<inet_diag_msg>.size) {
            (type, value) throws(SystemCallError) in
            switch Int(type) {
            // Up to tcpi_segs_in; later fields may be missing.
            case INET_DIAG_INFO where value.byteCount >= 144:
                var information = clinux_tcp_info()
                value.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress else { return }
                    clinux_parse_tcp_info(base, bytes.count, &information)
                }
                result.counters = SegmentCounters(information)
                result.sinceSending = .milliseconds(Int64(information.milliseconds_since_sending))
                result.maxPacingRate = information.max_pacing_rate
            case INET_DIAG_SKMEMINFO where value.byteCount >= 16:
                result.sendBuffer = value.load(12)  // SK_MEMINFO_SNDBUF, the fourth
            default: break
            }
        }
        return result
    }

    /// An address of `struct inet_diag_sockid`, 16 octets: padded after those of an IPv4 address.
    private static func octets(of address: IPAddress) -> [UInt8] {
        let octets = address.networkOctets
        return octets + [UInt8](repeating: 0, count: 16 - octets.count)
    }

    /// `struct inet_diag_msg` and its attributes as a socket; nil for anything but a TCP socket in a known state.
    static func record(_ payload: RawSpan) throws(SystemCallError) -> SocketRecord? {
        let size = MemoryLayout<inet_diag_msg>.size
        guard payload.byteCount >= size else {
            throw NetlinkMessage.malformed("a socket of \(payload.byteCount) octets")
        }
        let family: UInt8 = payload.load(0)  // idiag_family
        let stateNumber: UInt8 = payload.load(1)  // idiag_state
        guard let state = TCPState(rawValue: stateNumber) else { return nil }
        let zone: UInt32 = payload.load(40)  // id.idiag_if
        guard let local = address(family, payload, at: 8, zone), let peer = address(family, payload, at: 24, zone)
        else { return nil }
        var socket = SocketRecord(
            state: state,
            local: Endpoint(local, UInt16(bigEndian: payload.load(4))),  // id.idiag_sport
            peer: Endpoint(peer, UInt16(bigEndian: payload.load(6))),  // id.idiag_dport
            uid: payload.load(64),  // idiag_uid
            inode: payload.load(68))  // idiag_inode
        // The socket started to connect while the kernel wrote this record, so peer and state are inconsistent.
        if socket.peer.port == 0 && state != .listen { socket.state = .closed }
        try NetlinkMessage.forEachAttribute(in: payload, from: size) { type, value throws(SystemCallError) in
            switch Int(type) {
            case INET_DIAG_SKV6ONLY where value.byteCount >= 1:
                let flag: UInt8 = value.load(0)
                socket.isIPv6Only = flag != 0
            case INET_DIAG_CGROUP_ID where value.byteCount >= 8: socket.controlGroup = value.load(0)
            default: break
            }
        }
        return socket
    }

    private static func address(_ family: UInt8, _ payload: RawSpan, at offset: Int, _ zone: UInt32) -> IPAddress? {
        switch Int32(family) {
        case AF_INET: return .v4(IPv4Address(bits: UInt32(bigEndian: payload.load(offset))))
        case AF_INET6:
            let address = IPv6Address(
                high: UInt64(bigEndian: payload.load(offset)), low: UInt64(bigEndian: payload.load(offset + 8)))
            guard address.isLinkLocal, zone != 0 else { return .v6(address) }
            return .v6(IPv6Address(high: address.high, low: address.low, zone: SocketAddress.zone(ofIndex: zone)))
        default: return nil
        }
    }
}

private let INET_DIAG_INFO = Int(CLinux.INET_DIAG_INFO)
private let INET_DIAG_SKMEMINFO = Int(CLinux.INET_DIAG_SKMEMINFO)
private let INET_DIAG_SKV6ONLY = Int(CLinux.INET_DIAG_SKV6ONLY)
private let INET_DIAG_CGROUP_ID = Int(CLinux.INET_DIAG_CGROUP_ID)
