// One connect() that can succeed only with itself. The socket sends with the highest TTL that there is and receives
// nothing with a lower one (IP_MINTTL, RFC 5082): its own segments pass, and the SYN-ACK of any other socket, which sends
// with the usual 64, is dropped before TCP sees it. So no service behind NAT, and no server that begins to listen at this
// moment, is handed a connection of ours. Neither takes a privilege, as a filter on a TCP socket does.

import CLinux
import Glibc
public import SelfConnect

extension TCPSocket {
    /// How an attempt ended that was neither refused nor without an answer.
    public enum Attempt: Hashable, Sendable {
        /// Connected, with these names and counters.
        case connected(local: Endpoint, peer: Endpoint, SegmentCounters)
        /// Another socket has answered, or a packet filter has refused; the answer was dropped.
        case answeredByAnother
    }

    /// The highest TTL (IPv4) and hop limit (IPv6).
    private static let highest: Int32 = 255

    /// Receives nothing but its own segments from now on, where other sockets send with a lower TTL, as they do.
    public func refuseForeignSegments(_ address: IPAddress) throws(SystemCallError) {
        try set(Int32(IPPROTO_IP), IP_TTL, to: Self.highest, "IP_TTL")
        try set(Int32(IPPROTO_IP), Int32(CLinux.IP_MINTTL), to: Self.highest, "IP_MINTTL")
        guard address.isIPv6 else { return }
        try set(Int32(IPPROTO_IPV6), IPV6_UNICAST_HOPS, to: Self.highest, "IPV6_UNICAST_HOPS")
        try set(Int32(IPPROTO_IPV6), Int32(CLinux.IPV6_MINHOPCOUNT), to: Self.highest, "IPV6_MINHOPCOUNT")
    }

    /// Makes the socket's calls return at once, as `attempt(to:within:)` needs it.
    public func setNonBlocking() throws(SystemCallError) {
        try call("fcntl O_NONBLOCK") { fcntl(number, F_SETFL, O_NONBLOCK) }
    }

    /// The first pause between two looks at an attempt that is under way; to itself it takes microseconds.
    private static let firstPause = Duration.milliseconds(1)
    private static let longestPause = Duration.milliseconds(20)
    /// How long the last segments of a handshake may take to be counted.
    private static let settlingTime = Duration.milliseconds(5)

    /// Connects a non-blocking socket. Throws what the kernel answers, EINPROGRESS for no answer in time.
    ///
    /// - Parameter endsWithDrop: whether a dropped segment is an answer, as on a socket that refuses foreign ones.
    public func attempt(
        to peer: SocketAddress, within timeout: Duration, endsWithDrop: Bool
    ) throws(SystemCallError) -> Attempt {
        let before = try droppedSegments()
        guard peer.withPointer({ Glibc.connect(number, $0, $1) }) != 0 else { return try connected() }
        let code = errno
        // connect(2): after a signal the attempt goes on as well.
        guard code == EINPROGRESS || code == EINTR else { throw failure(peer, code) }
        let end = Clock.monotonic + timeout
        var pause = Self.firstPause
        while true {
            switch TCPState(rawValue: try information().state) {
            case .synSent where endsWithDrop:
                if try droppedSegments() > before { return .answeredByAnother }
            case .synSent, .synReceived: break
            case .closed, nil: throw failure(peer, try pendingError())
            default: return try connected()
            }
            let left = end - Clock.monotonic
            guard left > .zero else { throw failure(peer, EINPROGRESS) }
            wait(min(pause, left))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// What has been counted on the connection.
    public func counters() throws(SystemCallError) -> SegmentCounters { SegmentCounters(try information()) }

    /// How many segments were dropped; the number only grows.
    public func droppedSegments() throws(SystemCallError) -> Int64 {
        try call("getsockopt SO_MEMINFO") { clinux_dropped_segments(number) }
    }

    /// The names and the counters, as soon as what is under way has been counted.
    private func connected() throws(SystemCallError) -> Attempt {
        let (local, peer) = try names()
        return .connected(local: local, peer: peer, try settledCounters(areNamesEqual: local == peer))
    }

    /// The counters of a connection; where they can become those of a self-connection in a moment, after that moment.
    public func settledCounters(areNamesEqual: Bool) throws(SystemCallError) -> SegmentCounters {
        var counters = try counters()
        let end = Clock.monotonic + Self.settlingTime
        while areNamesEqual, !counters.areOfSelfConnection, Clock.monotonic < end {
            Thread.sleep(.microseconds(200))
            counters = try self.counters()
        }
        return counters
    }

    private func information() throws(SystemCallError) -> clinux_tcp_info {
        var information = clinux_tcp_info()
        try call("getsockopt TCP_INFO") { clinux_tcp_info(number, &information) }
        return information
    }

    private func pendingError() throws(SystemCallError) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        try call("getsockopt SO_ERROR") { getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) }
        return code == 0 ? ECONNABORTED : code
    }

    private func wait(_ time: Duration) {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        let parts = time.components
        _ = poll(&entry, 1, Int32(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000))
    }

    private func failure(_ peer: SocketAddress, _ code: Int32) -> SystemCallError {
        SystemCallError("connect", peer.endpoint.map { "\($0)" } ?? "", code: code)
    }
}

extension SegmentCounters {
    /// The counters of a TCP_INFO.
    init(_ information: clinux_tcp_info) {
        self.init(
            segmentsOut: information.segments_out, segmentsIn: information.segments_in,
            dataSegmentsOut: information.data_segments_out, dataSegmentsIn: information.data_segments_in,
            bytesSent: information.bytes_sent, bytesReceived: information.bytes_received)
    }
}
