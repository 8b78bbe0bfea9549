// The probe thread. Blocking work, so it has a thread of its own; one survey takes a fraction of a millisecond, and
// between two of them it can be stopped.

import Linux
import Logging
import SelfConnect
import ServiceLifecycle
import Settings

/// Probes the targets until it is told to stop.
actor ProbeService: Service {
    private nonisolated let executor = ThreadExecutor(name: "probing")
    private let settings: Configuration
    private let targets: [Target]
    private let board: Board
    private let progress: Progress
    private let logger: Logger

    /// The thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A service for `targets`, those of the configuration and the daemon's own.
    init(_ settings: Configuration, targets: [Target], board: Board, progress: Progress, logger: Logger) {
        self.settings = settings
        self.targets = targets
        self.board = board
        self.progress = progress
        self.logger = logger
    }

    /// Probes until the service group shuts down.
    func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.probeUntilCancelled() }
    }

    /// Shows that the thread takes up work.
    func beat() {
        progress.beat(.probing, at: Clock.monotonic)
    }

    private func probeUntilCancelled() async throws {
        var watch = try Watch(settings, targets: targets, at: Clock.monotonic)
        while !Task.isCancelled {
            beat()
            let now = Clock.monotonic
            if watch.next <= now {
                step(&watch, at: now)
            } else {
                try? await Task.sleep(for: watch.next - now)
            }
        }
    }

    /// A kernel that cannot be asked changes nothing that is known already.
    private func step(_ watch: inout Watch, at now: Duration) {
        do throws(SystemCallError) {
            let isNew = try watch.step(at: now) {
                beat()
                return !Task.isCancelled
            }
            progress.setFault(nil)
            guard isNew else { return }
            let news = watch.takeNews()
            EventTeller(logger: logger).tell(news.events, leftOut: news.leftOut)
            if let snapshot = watch.snapshot(at: Clock.wall) { board.publish(snapshot) }
        } catch {
            guard progress.setFault("\(error)") else { return }
            logger.error("the kernel could not be asked", metadata: ["error": "\(error)"])
        }
    }
}
