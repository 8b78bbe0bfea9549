import Glibc
package import SelfConnect

/// An accepted, non-blocking connection. It is closed with its last reference.
package final class AcceptedSocket: Sendable {
    /// The result of a read or a write.
    package enum Transfer: Hashable, Sendable {
        /// This many octets, at least one.
        case moved(Int)
        /// No data or no space: wait until the socket is ready.
        case wouldBlock
        /// The client has finished sending.
        case ended
        /// The connection is broken.
        case broken
    }

    private let descriptor: Descriptor
    /// The client's address; nil for unix sockets.
    package let peer: IPAddress?

    init(_ descriptor: consuming Descriptor, from peer: IPAddress?) {
        self.descriptor = descriptor
        self.peer = peer
        // Responses are written completely: waiting to fill a segment would only delay the last one (tcp(7)).
        try? self.descriptor.set(Int32(IPPROTO_TCP), TCP_NODELAY, to: Int32(1), "TCP_NODELAY")
    }

    /// For adding to a poller.
    package var number: Int32 { descriptor.number }

    /// Reads the available octets.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        let count = buffer.withUnsafeMutableBytes { recv(descriptor.number, $0.baseAddress, $0.count, 0) }
        return count == 0 ? .ended : Self.transfer(count)
    }

    /// Writes two pieces in order, as far as the socket accepts them; either may be empty. Never raises SIGPIPE.
    package func write(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Transfer {
        let count = first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { vectors in
                    vectors[0] = Self.vector(first)
                    vectors[1] = Self.vector(second)
                    var message = msghdr()
                    message.msg_iov = vectors.baseAddress
                    message.msg_iovlen = vectors.count
                    return sendmsg(descriptor.number, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
        return Self.transfer(count)
    }

    /// Shuts down the sending side (shutdown(2)).
    package func finishWriting() {
        _ = shutdown(descriptor.number, Int32(SHUT_WR))
    }

    private static func vector(_ bytes: UnsafeRawBufferPointer) -> iovec {
        iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }

    private static func transfer(_ count: Int) -> Transfer {
        guard count < 0 else { return .moved(count) }
        return errno == EAGAIN || errno == EINTR ? .wouldBlock : .broken
    }
}
