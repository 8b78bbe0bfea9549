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
    private let connections: Atomic<Int>
    private let source: StatusSource
    private let logger: Logger
    private let wakeSignal: WakeSignal
    private let isStopping = Atomic(false)

    /// A server on sockets that listen already.
    init(_ terms: ServerTerms, source: StatusSource, logger: Logger) throws(SystemCallError) {
        newTerms = Mutex(terms)
        connections = Atomic(terms.connections.total)
        self.source = source
        self.logger = logger
        wakeSignal = try WakeSignal()
    }

    /// Answers until the service group shuts down or gives up, which is when another service has failed, and then as
    /// long as answers are under way.
    func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.start(name: "http") {
                    continuation.resume(with: Result { try self.serve() })
                }
            }
        } onCancelOrGracefulShutdown: {
            self.isStopping.store(true, ordering: .releasing)
            self.wake()
        }
    }

    /// Makes the loop show a sign of life.
    func wake() {
        wakeSignal.give()
    }

    /// How many connections there may be at once.
    var connectionLimit: Int { connections.load(ordering: .relaxed) }

    /// Works by other terms from now on.
    func adopt(_ terms: ServerTerms) {
        connections.store(terms.connections.total, ordering: .relaxed)
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
