// Whether a server could bind a port now. The table of sockets cannot answer this: whether two sockets conflict depends
// on options that only the kernel knows, and on sockets that it does not show.

import CLinux
import Glibc
package import SelfConnect

/// A server's bind(), without listen().
package enum ServerBind {
    /// The result.
    package enum Answer: Hashable, Sendable {
        /// A server could bind the port.
        case possible
        /// EADDRINUSE.
        case inUse
        /// Another error, which is not about the port: EACCES for a privileged port, or an address that does not exist.
        case unknown(SystemCallError)
    }

    /// Binds a socket with SO_REUSEADDR like a server, and closes it: takes microseconds and sends nothing.
    ///
    /// Throws if descriptors or memory have run out, which is not a result.
    package static func attempt(at endpoint: Endpoint) throws(SystemCallError) -> Answer {
        do throws(SystemCallError) {
            let socket = try TCPSocket(for: endpoint.address)
            try socket.bind(to: endpoint)
            return .possible
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            return error.code == EADDRINUSE ? .inUse : .unknown(error)
        }
    }
}
