// The probe thread. Blocking work, so it has a thread of its own; one survey takes a fraction of a millisecond, and
// between two of them it can be stopped.

import Linux
import Logging
import SelfConnect
import ServiceLifecycle
import Settings
import Systemd

/// Probes the targets until it is told to stop.
actor ProbeService: Service {
    private nonisolated let executor = ThreadExecutor(name: "probing")
    private var settings: Configuration
    private var targets: [Target]
    private let board: Board
    private let progress: Progress
    private let manager: ServiceManager
    private let log: LogSink
    private let logger: Logger
    private var watch: Watch?
    private var start = StartExtension()
    private var unwatchedLog = UnwatchedLog()
    private var sleeper: Task<Void, Never>?

    /// The thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A service for `targets`, those of the configuration and the daemon's own.
    init(
        _ settings: Configuration, targets: [Target], board: Board, progress: Progress, manager: ServiceManager,
        log: LogSink, logger: Logger
    ) {
        self.settings = settings
        self.targets = targets
        self.board = board
        self.progress = progress
        self.manager = manager
        self.log = log
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

    /// Watches by other settings from now on, and looks at what is new before it comes back.
    ///
    /// Throws where nothing has changed.
    func adopt(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        try watch?.adopt(settings, targets: targets, at: Clock.monotonic)
        self.settings = settings
        self.targets = targets
        step(at: Clock.monotonic)
        sleeper?.cancel()
    }

    private func probeUntilCancelled() async throws {
        watch = try Watch(settings, targets: targets, at: Clock.monotonic)
        while let next = watch?.next, !Task.isCancelled {
            beat()
            let now = Clock.monotonic
            if next <= now {
                step(at: now)
                // Whoever wants to change the settings gets his turn, however much there is to do.
                await Task.yield()
            } else {
                await sleep(for: next - now)
            }
        }
        watch = nil
    }

    /// Sleeps until the time has passed or other settings have come.
    private func sleep(for time: Duration) async {
        let sleeper = Task { _ = try? await Task.sleep(for: time) }
        self.sleeper = sleeper
        await withTaskCancellationHandler {
            await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
    }

    /// A kernel that cannot be asked changes nothing that is known already.
    private func step(at now: Duration) {
        do throws(SystemCallError) {
            defer { progress.setOldestVerdict(watch?.oldestVerdict) }
            let step = try watch?.step(at: now) { proceed() } ?? .nothing
            // A loop or a sweep asks the kernel for less than what has failed.
            if step == .pass { progress.setFault(watch?.fault) }
            guard step != .nothing else { return }
            if let unwatched = watch?.unwatched {
                for line in unwatchedLog.lines(unwatched) where line.level >= log.level { log.write(line) }
            }
            guard let news = watch?.takeNews() else { return }
            EventTeller(log: log).tell(news.events, leftOut: news.leftOut)
            if let snapshot = watch?.snapshot(at: Clock.wall) { board.publish(snapshot) }
        } catch {
            guard progress.setFault("\(error)") else { return }
            logger.error("the kernel could not be asked", metadata: ["error": "\(error)"])
        }
    }

    /// Between two targets: shows that the thread moves, and says whether it is to go on.
    private func proceed() -> Bool {
        let now = Clock.monotonic
        progress.beat(.probing, at: now)
        if !board.isReady, start.isDue(at: now) {
            manager.tell(.extendTimeout(StartExtension.length), .status("looking at every target once"))
        }
        return !Task.isCancelled
    }
}
