// Whether a service responds at an endpoint without a visible listener on this host, as behind NAT. A connect() from
// any free port is reset before its handshake completes, so the service does not get a connection.

import Glibc
package import SelfConnect

/// Finds out whether another socket responds at an endpoint.
package enum ServiceCheck {
    /// The result.
    package enum Answer: Hashable, Sendable {
        /// Another socket has responded.
        case answered
        /// The connection was refused.
        case refused
        /// There was no response, or the attempt failed.
        case unknown
    }

    /// Sends one SYN to the endpoint, which is local to the host.
    ///
    /// Throws if descriptors or memory have run out, which is not a result.
    package static func answer(of endpoint: Endpoint, within timeout: Duration) throws(SystemCallError) -> Answer {
        do throws(SystemCallError) {
            let socket = try TCPSocket(for: endpoint.address)
            try socket.deferAcknowledgement()
            try socket.setNonBlocking()
            // If the kernel chose the port itself as the source port, no other socket responds.
            return try socket.attempt(to: try SocketAddress(endpoint), within: timeout).isToItself
                ? .refused : .answered
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            return error.code == ECONNREFUSED ? .refused : .unknown
        }
    }
}
