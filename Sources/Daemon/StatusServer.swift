// HTTP on a thread of its own: an epoll loop, so that no client can keep another waiting and no probe can keep any.

import HTTP
import Linux
import Logging
import ServiceLifecycle
import Synchronization

/// Answers HTTP until the service group shuts down.
final class StatusServer: Service {
    /// Those that the loop has not taken up. They are its own then: a listener that a reload takes away must close.
    private let newTerms: Mutex<ServerTerms?>
    private let source: StatusSource
    private let logger: Logger
    private let wakeSignal: WakeSignal
    private let isStopping = Atomic(false)

    /// A server on sockets that listen already.
    init(_ terms: ServerTerms, source: StatusSource, logger: Logger) throws(SystemCallError) {
        newTerms = Mutex(terms)
        self.source = source
        self.logger = logger
        wakeSignal = try WakeSignal()
    }

    /// Answers until the service group shuts down, and then as long as answers are under way.
    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.start(name: "http") {
                    continuation.resume(with: Result { try self.serve() })
                }
            }
        } onGracefulShutdown: {
            self.isStopping.store(true, ordering: .releasing)
            self.wake()
        }
    }

    /// Makes the loop show a sign of life.
    func wake() {
        wakeSignal.give()
    }

    /// Works by other terms from now on.
    func adopt(_ terms: ServerTerms) {
        newTerms.withLock { $0 = terms }
        wake()
    }

    private func serve() throws(SystemCallError) {
        guard let loop = try takenTerms().map(loop) else { return }
        try loop.run(wokenBy: wakeSignal) {
            if self.isStopping.load(ordering: .acquiring) { return .stop }
            return self.takenTerms().map { .adopt($0) }
        }
    }

    private func loop(by terms: ServerTerms) throws(SystemCallError) -> StatusLoop {
        try StatusLoop(terms, routes: StatusRoutes(source, terms.access), logger: logger)
    }

    private func takenTerms() -> ServerTerms? { newTerms.withLock { $0.take() } }
}
