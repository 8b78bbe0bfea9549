// The server's side of TCP: what the status endpoint listens on and accepts.

import CLinux
import Glibc
public import SelfConnect

/// A listening, non-blocking TCP socket.
public struct ListeningSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor
    /// Where it listens; the kernel's choice if port 0 was asked for.
    public let endpoint: Endpoint

    /// Binds and listens. An IPv6 address takes IPv6 alone, so that 0.0.0.0 and :: can be listened on side by side.
    public init(_ endpoint: Endpoint, backlog: Int32 = 1024) throws(SystemCallError) {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Descriptor(owning: try call("socket") { socket(family, type, 0) })
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR, to: Int32(1), "SO_REUSEADDR")
        if family == AF_INET6 {
            try descriptor.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: Int32(1), "IPV6_V6ONLY")
        }
        let address = try SocketAddress(endpoint)
        let number = descriptor.number
        try call("bind", "\(endpoint)") { address.withPointer { bind(number, $0, $1) } }
        try call("listen", "\(endpoint)") { listen(number, backlog) }
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    /// What to add to the poller, for reading.
    public var number: Int32 { descriptor.number }

    /// The next connection; nil when none waits or the one that did is gone again.
    public func accept() throws(SystemCallError) -> Connection? {
        let accepted = clinux_accept(descriptor.number, nil, nil)
        guard accepted < 0 else { return Connection(Descriptor(owning: accepted)) }
        let code = errno
        // What a connection died of is told by accept() too (accept(2)): it is not the listener's trouble.
        if Self.passing.contains(code) { return nil }
        throw SystemCallError("accept", "\(endpoint)", code: code)
    }

    private static let passing: Set<Int32> = [
        EAGAIN, EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH,
    ]

    /// An accepted, non-blocking connection.
    public struct Connection: ~Copyable, Sendable {
        private let descriptor: Descriptor

        init(_ descriptor: consuming Descriptor) {
            self.descriptor = descriptor
            // Answers are written whole: waiting to fill a segment would only delay their end (tcp(7)).
            try? self.descriptor.set(Int32(IPPROTO_TCP), TCP_NODELAY, to: Int32(1), "TCP_NODELAY")
        }

        /// What to add to the poller.
        public var number: Int32 { descriptor.number }

        /// Reads what is there; 0 is the client's end, nil means nothing now.
        public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemCallError) -> Int? {
            try descriptor.read(into: buffer)
        }

        /// Writes what the socket takes of these octets, in order; nil means nothing now. Never raises SIGPIPE.
        public func write(_ chunks: [UnsafeRawBufferPointer]) throws(SystemCallError) -> Int? {
            var vectors = chunks.map {
                iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
            }
            let number = descriptor.number
            do throws(SystemCallError) {
                return try call("write") {
                    vectors.withUnsafeMutableBufferPointer { vectors in
                        var message = msghdr()
                        message.msg_iov = vectors.baseAddress
                        message.msg_iovlen = vectors.count
                        return sendmsg(number, &message, Int32(MSG_NOSIGNAL))
                    }
                }
            } catch where error.code == EAGAIN {
                return nil
            }
        }

        /// Tells the client that nothing more comes (shutdown(2)).
        public func finishWriting() {
            _ = shutdown(descriptor.number, Int32(SHUT_WR))
        }
    }
}
