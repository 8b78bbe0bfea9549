// The raw socket loop's inner part: one socket, connect() again and again. A failed connect() leaves a socket of
// Linux as good as new, and the next one is given another port.

import Glibc
import SelfConnect

extension TCPSocket {
    /// How a run of connect() calls ended.
    public enum LoopEnd: Hashable, Sendable {
        /// All were refused.
        case refused
        /// The last one connected.
        case connected
        /// The last one failed otherwise, with this errno.
        case failed(Int32)
    }

    /// Calls connect() until something else happens than ECONNREFUSED, at most `limit` times.
    public func connectRepeatedly(to peer: SocketAddress, atMost limit: Int) -> (attempts: Int, end: LoopEnd) {
        peer.withPointer { address, length in
            for attempt in stride(from: 1, through: limit, by: 1) {
                guard Glibc.connect(number, address, length) != 0 else { return (attempt, .connected) }
                let code = errno
                OwnFailedConnects.count(code)
                guard code == ECONNREFUSED else { return (attempt, .failed(code)) }
            }
            return (limit, .refused)
        }
    }
}
