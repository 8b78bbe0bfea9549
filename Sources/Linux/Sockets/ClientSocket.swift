// The client's side of one exchange with a daemon, over TCP or a unix socket. All calls share one deadline: SO_SNDTIMEO
// limits connect() and send(), SO_RCVTIMEO limits recv() (socket(7)), and each call gets the remaining time.

import CLinux
import Glibc
import SelfConnect

/// A connected, blocking stream socket. It is closed with this value, over TCP by a reset: the side that closes first
/// would otherwise keep a TIME_WAIT, here on a port of the ephemeral range. After the other side has closed, it closes
/// normally.
package struct ClientSocket: ~Copyable {
    private let descriptor: Descriptor
    private let place: ListeningPlace
    private let deadline: Duration

    private init(_ descriptor: consuming Descriptor, to place: ListeningPlace, by deadline: Duration) {
        self.descriptor = descriptor
        self.place = place
        self.deadline = deadline
    }

    /// Connects.
    ///
    /// - Parameter deadline: in terms of `Clock.monotonic`, for this call and all following ones.
    /// - Throws: ETIMEDOUT after the deadline, like all other calls.
    package static func connected(
        to place: ListeningPlace, by deadline: Duration
    ) throws(SystemCallError) -> ClientSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try call("socket") { Glibc.socket(family(of: place), type, 0) })
        if place.endpoint != nil {
            // A server must be able to bind the source port meanwhile.
            try descriptor.set(SOL_SOCKET, SO_REUSEADDR, to: Int32(1), "SO_REUSEADDR")
            try descriptor.set(SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 1, l_linger: 0), "SO_LINGER")
        }
        let socket = ClientSocket(descriptor, to: place, by: deadline)
        try socket.connect()
        return socket
    }

    private static func family(of place: ListeningPlace) -> Int32 {
        switch place {
        case .tcp(let endpoint): endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        case .unix: AF_UNIX
        }
    }

    /// Whether this socket got the port that it connects to as its source port and is connected to itself: there is no
    /// listener. Call it before sending.
    ///
    /// Equal endpoints alone are not sufficient: if NAT redirects the port, a service responds with the same endpoints.
    package func isSelfConnected() throws(SystemCallError) -> Bool {
        guard place.endpoint != nil else { return false }
        var peer = SocketAddress()
        try call("getpeername", "\(place)") { peer.withMutablePointer { getpeername(descriptor.number, $0, $1) } }
        guard try SocketAddress(nameOf: descriptor.number).endpoint == peer.endpoint else { return false }
        return try counters().settled { () throws(SystemCallError) in try counters() }.areOfSelfConnection
    }

    private func counters() throws(SystemCallError) -> SegmentCounters {
        var information = clinux_tcp_info()
        try call("getsockopt TCP_INFO", "\(place)") { clinux_tcp_info(descriptor.number, &information) }
        return SegmentCounters(information)
    }

    /// Sends all octets. Never raises SIGPIPE.
    package func send(_ octets: [UInt8]) throws(SystemCallError) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = try attempt("send", SO_SNDTIMEO, by: deadline) { number in
                rest.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for octets and stores them at the start of the buffer; returns their number, 0 at the end.
    package func receive(into buffer: inout [UInt8]) throws(SystemCallError) -> Int {
        try attempt("recv", SO_RCVTIMEO, by: deadline) { number in
            buffer.withUnsafeMutableBytes { recv(number, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Ends a completed exchange: waits briefly for the other side to close, so that it does not receive a reset.
    package func finish(within timeout: Duration = .milliseconds(250)) {
        var octet: UInt8 = 0
        let count = try? attempt("recv", SO_RCVTIMEO, by: min(deadline, Clock.monotonic + timeout)) { number in
            recv(number, &octet, 1, 0)
        }
        guard count == 0 else { return }
        try? descriptor.set(SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 0, l_linger: 0), "SO_LINGER")
    }

    private func connect() throws(SystemCallError) {
        switch place {
        case .tcp(let endpoint):
            let address = try SocketAddress(endpoint)
            try connect { address.withPointer($0) }
        case .unix(let path):
            let address = try UnixAddress(path)
            try connect { address.withPointer($0) }
        }
    }

    /// A second call waits for the attempt of the first; EISCONN means that it has succeeded (connect(2)).
    private func connect(
        _ withAddress: ((UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32
    ) throws(SystemCallError) {
        try attempt("connect", SO_SNDTIMEO, by: deadline) { number in
            let result = withAddress { Glibc.connect(number, $0, $1) }
            return result != 0 && errno == EISCONN ? 0 : Int(result)
        }
    }

    /// Repeats a call until it is done, with the remaining time.
    @discardableResult
    private func attempt(
        _ operation: String, _ timeout: Int32, by deadline: Duration, _ body: (Int32) -> Int
    ) throws(SystemCallError) -> Int {
        while true {
            try descriptor.set(SOL_SOCKET, timeout, to: try timeLeft(operation, deadline), "timeout")
            let result = body(descriptor.number)
            guard result < 0 else { return result }
            let code = errno
            guard Self.unfinished.contains(code) else { throw SystemCallError(operation, "\(place)", code: code) }
        }
    }

    /// Errors of a call that was ended by a signal or its own timeout; the clock decides whether the deadline has
    /// passed.
    private static let unfinished: Set<Int32> = [EINTR, EAGAIN, EINPROGRESS, EALREADY]

    /// At least a microsecond: zero would mean no timeout.
    private func timeLeft(_ operation: String, _ deadline: Duration) throws(SystemCallError) -> timeval {
        let left = deadline - Clock.monotonic
        guard left > .zero else { throw SystemCallError(operation, "\(place)", code: ETIMEDOUT) }
        let parts = max(left, .microseconds(1)).components
        return timeval(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
    }
}
