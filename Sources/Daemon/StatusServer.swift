// HTTP on a thread of its own: an epoll loop, so that no client can keep another waiting and no probe can keep any.

import HTTP
import Linux
import Logging
import ServiceLifecycle
import Synchronization

/// Answers HTTP until the service group shuts down.
final class StatusServer: Service {
    private let listeners: [any Listener]
    private let limits: Limits
    private let admission: Admission
    private let access: AccessPolicy
    private let source: StatusSource
    private let logger: Logger
    private let wakeSignal: WakeSignal
    private let isStopping = Atomic(false)

    /// A server on sockets that listen already.
    init(
        _ listeners: [any Listener], limits: Limits, admission: Admission, access: AccessPolicy, source: StatusSource,
        logger: Logger
    ) throws(SystemCallError) {
        self.listeners = listeners
        self.limits = limits
        self.admission = admission
        self.access = access
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

    private func serve() throws(SystemCallError) {
        let loop = try StatusLoop(
            listeners, limits: limits, admission: admission, routes: StatusRoutes(source, access), logger: logger)
        try loop.run(
            wokenBy: wakeSignal, until: { self.isStopping.load(ordering: .acquiring) })
    }
}
