// Whether a server could have a port now. No table of sockets answers that: whether two sockets collide depends on options
// that only the kernel sees, and on sockets that it shows to nobody.

import CLinux
import Glibc
public import SelfConnect

/// A server's bind(), without listen().
public enum ServerBind {
    /// What the kernel answered.
    public enum Answer: Hashable, Sendable {
        /// A server could bind.
        case possible
        /// EADDRINUSE.
        case inUse
        /// Another error, which says nothing about the port: EACCES for a privileged one, an address that is not there.
        case unknown(SystemCallError)
    }

    /// Binds a socket with SO_REUSEADDR as a server does, and closes it: microseconds, and nothing on the wire.
    ///
    /// Throws that descriptors or memory have run out, which is no answer.
    public static func attempt(at endpoint: Endpoint) throws(SystemCallError) -> Answer {
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
