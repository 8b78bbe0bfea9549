// A single connect() that ends as soon as it is known which socket has responded. The socket delays the last segment of
// the handshake (TCP_DEFER_ACCEPT): meanwhile a service behind NAT, or a server that starts listening at this moment,
// has no connection to accept. The reset that follows also ends the other side of the handshake.

import CLinux
import Glibc
package import SelfConnect

extension TCPSocket {
    /// An established connection, with the data that identifies a self-connection.
    package struct Connection: Hashable, Sendable {
        /// The socket's own end.
        package let local: Endpoint
        /// The remote end, as seen by the socket.
        package let peer: Endpoint
        /// The counters of the connection.
        package let counters: SegmentCounters

        /// Whether it is a self-connection: NAT and eBPF programs create other connections with equal endpoints.
        package var isToItself: Bool { local == peer && counters.areOfSelfConnection }
    }

    /// From now on the last segment of a handshake with another socket is delayed by 200 ms, as if data would follow. A
    /// handshake with itself has no such segment.
    ///
    /// The kernel also applies this option of listeners in `tcp_rcv_synsent_state_process`. Verified on Linux 5.10 to
    /// 7.3.
    package func deferAcknowledgement() throws(SystemCallError) {
        try set(Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, to: 1, "TCP_DEFER_ACCEPT")
    }

    /// Makes the socket non-blocking, as `attempt(to:within:)` requires.
    package func setNonBlocking() throws(SystemCallError) {
        try call("fcntl O_NONBLOCK") { fcntl(number, F_SETFL, O_NONBLOCK) }
    }

    /// The first pause between two checks of an attempt; a self-connection takes microseconds.
    private static let firstPause = Duration.milliseconds(1)
    private static let longestPause = Duration.milliseconds(20)

    /// Connects a non-blocking socket. Throws the kernel's error, or EINPROGRESS on a timeout.
    package func attempt(to peer: SocketAddress, within timeout: Duration) throws(SystemCallError) -> Connection {
        guard peer.withPointer({ Glibc.connect(number, $0, $1) }) != 0 else { return try connection() }
        let code = errno
        // connect(2): after a signal the attempt continues, too.
        guard code == EINPROGRESS || code == EINTR else { throw Self.failure(peer, code) }
        let end = Clock.monotonic + timeout
        var pause = Self.firstPause
        while true {
            let information = try information()
            switch TCPState(rawValue: information.state) {
            case .synSent, .synReceived: break
            case .closed, nil: throw Self.failure(peer, try pendingError())
            default: return try connection(information)
            }
            let left = end - Clock.monotonic
            guard left > .zero else { throw Self.failure(peer, EINPROGRESS) }
            wait(min(pause, left))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// The established connection: its endpoints, and its counters once segments in transit have been counted.
    package func connection() throws(SystemCallError) -> Connection {
        try connection(try information())
    }

    private func connection(_ information: clinux_tcp_info) throws(SystemCallError) -> Connection {
        let (local, peer) = try names()
        var counters = SegmentCounters(information)
        if local == peer {
            counters = try counters.settled { () throws(SystemCallError) in SegmentCounters(try self.information()) }
        }
        return Connection(local: local, peer: peer, counters: counters)
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
}

extension SegmentCounters {
    /// The counters of a TCP_INFO.
    init(_ information: clinux_tcp_info) {
        self.init(
            segmentsOut: information.segments_out, segmentsIn: information.segments_in,
            dataSegmentsOut: information.data_segments_out, dataSegmentsIn: information.data_segments_in,
            bytesSent: information.bytes_sent, bytesReceived: information.bytes_received,
            segmentsRetransmitted: information.segments_retransmitted)
    }

    /// Maximum time until the last segments of a handshake are counted: microseconds, unless their processor does other work
    /// or is one of a virtual machine that is stopped. Shorter than the time by which `deferAcknowledgement` delays the
    /// handshake with another socket. A connection to one is recognized at once: its socket has received only one segment.
    private static let settlingTime = Duration.milliseconds(100)

    /// These counters of a new connection with equal endpoints, read again while they may still become those of a
    /// self-connection.
    func settled(
        _ read: () throws(SystemCallError) -> SegmentCounters
    ) throws(SystemCallError) -> SegmentCounters {
        var counters = self
        let end = Clock.monotonic + Self.settlingTime
        while !counters.areOfSelfConnection, !counters.excludeSelfConnection, Clock.monotonic < end {
            Thread.sleep(.microseconds(200))
            counters = try read()
        }
        return counters
    }
}
