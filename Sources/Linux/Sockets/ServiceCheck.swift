// Whether a service answers at an endpoint on which no socket of this host seems to listen, as behind NAT. It is asked by a
// connect() from any free port, which is reset before its handshake ends: the service is handed no connection.

import Glibc
public import SelfConnect

/// Finds out whether another socket answers at an endpoint.
public enum ServiceCheck {
    /// What came back.
    public enum Answer: Hashable, Sendable {
        /// Another socket has answered.
        case answered
        /// None has: the connection was refused.
        case refused
        /// Nothing came back, or the attempt failed.
        case unknown
    }

    /// Sends one SYN to the endpoint, which is one of the host's own.
    ///
    /// Throws that descriptors or memory have run out, which is no answer.
    public static func ask(_ endpoint: Endpoint, within timeout: Duration) throws(SystemCallError) -> Answer {
        do throws(SystemCallError) {
            let socket = try TCPSocket(for: endpoint.address)
            try socket.deferAcknowledgement()
            try socket.setNonBlocking()
            // Where the kernel has given it the port itself, nothing else answers.
            return try socket.attempt(to: try SocketAddress(endpoint), within: timeout).isToItself
                ? .refused : .answered
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            return error.code == ECONNREFUSED ? .refused : .unknown
        }
    }
}
