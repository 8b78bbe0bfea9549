// HTTP on a thread of its own: an epoll loop, so that no client can keep another waiting and no probe can keep any.

import HTTP
package import Linux
package import Logging
import Synchronization

/// Serves HTTP until it is stopped.
package final class HTTPServer: Sendable {
    /// Those that the loop has not taken up. They are its own then: a listener that a reload takes away must close.
    private let newTerms: Mutex<ServerConfiguration?>
    private let connections: Atomic<Int>
    private let source: any StatusProvider
    private let logger: Logger
    private let wakeSignal: WakeSignal
    private let isStopping = Atomic(false)

    /// A server on sockets that listen already.
    package init(_ terms: ServerConfiguration, source: any StatusProvider, logger: Logger) throws(SystemCallError) {
        newTerms = Mutex(terms)
        connections = Atomic(terms.connections.total)
        self.source = source
        self.logger = logger
        wakeSignal = try WakeSignal()
    }

    /// Serves on the calling thread until `stop` is called, and then until the responses under way are written.
    package func run() throws(SystemCallError) {
        guard let terms = takenTerms() else { return }
        let loop = try HTTPEventLoop(
            terms, routes: StatusRoutes(source, terms.access, detail: terms.detail), logger: logger)
        try loop.run(wokenBy: wakeSignal) {
            if self.isStopping.load(ordering: .acquiring) { return .stop }
            return self.takenTerms().map { .apply($0) }
        }
    }

    /// Lets `run` come to its end.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wake()
    }

    /// Makes the loop show a sign of life.
    package func wake() {
        wakeSignal.give()
    }

    /// How many connections there may be at once.
    package var connectionLimit: Int { connections.load(ordering: .relaxed) }

    /// Works by other terms from now on.
    package func apply(_ terms: ServerConfiguration) {
        connections.store(terms.connections.total, ordering: .relaxed)
        newTerms.withLock { $0 = terms }
        wake()
    }

    private func takenTerms() -> ServerConfiguration? { newTerms.withLock { $0.take() } }
}
