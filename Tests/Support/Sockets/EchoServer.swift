import Glibc
package import Linux
import Synchronization

/// Echoes the octets of each connection of a listener, until this value is released.
package final class EchoServer {
    private let repetition: Repetition
    private let connections: Connections

    /// Serves the listener on its own thread, with a delay before each reply.
    package init(on listener: PlainSocket, thinkingTime: Duration = .zero) throws(SystemCallError) {
        let connections = Connections(listener, thinkingTime)
        self.connections = connections
        repetition = try Repetition { connections.serve() }
    }

    /// The number of connections accepted.
    package var connectionCount: Int { connections.count.load(ordering: .relaxed) }

    deinit { repetition.stop() }

    /// Used by the thread only.
    private final class Connections: @unchecked Sendable {
        let count = Atomic(0)
        private let listener: PlainSocket
        private let thinkingTime: Duration
        private var accepted: [PlainSocket] = []
        private var buffer = [UInt8](repeating: 0, count: 65_536)

        init(_ listener: PlainSocket, _ thinkingTime: Duration) {
            self.listener = listener
            self.thinkingTime = thinkingTime
        }

        func serve() {
            if listener.hasWaitingConnection, let socket = try? listener.accept() {
                accepted.append(socket)
                count.add(1, ordering: .relaxed)
            }
            var entries = ([listener] + accepted).map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, nfds_t(entries.count), 20) > 0 else { return }
            accepted.removeAll { !echo($0) }
        }

        /// Whether the connection continues.
        private func echo(_ socket: PlainSocket) -> Bool {
            let count = recv(socket.number, &buffer, buffer.count, 0)
            guard count > 0 else { return count < 0 && errno == EAGAIN }
            if thinkingTime > .zero { Thread.sleep(thinkingTime) }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 || errno == EAGAIN else { return false }
                rest = rest.dropFirst(max(0, sent))
            }
            return true
        }
    }
}
