// The inner loop of the loop probe: one socket, repeated connect(). On Linux a socket can be reused after a failed
// connect(), and the next one gets another port.

import Glibc
import SelfConnect

extension TCPSocket {
    /// How a series of connect() calls ended.
    package enum LoopEnd: Hashable, Sendable {
        /// All were refused.
        case refused
        /// The last one succeeded.
        case connected
        /// The last one failed with this errno.
        case failed(Int32)
    }

    /// Calls connect() until the result is not ECONNREFUSED, at most `limit` times.
    package func connectRepeatedly(to peer: SocketAddress, atMost limit: Int) -> (attempts: Int, end: LoopEnd) {
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
