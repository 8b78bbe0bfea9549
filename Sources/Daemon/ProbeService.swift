// The probe thread: due targets are surveyed, what changed is told, and the whole is published. Blocking work, so it
// has a thread of its own; one survey takes a fraction of a millisecond, and between two of them it can be stopped.

import Linux
import Logging
import Probing
import Reporting
import SelfConnect
import ServiceLifecycle
import Settings

/// Probes the targets until it is told to stop.
actor ProbeService: Service {
    private nonisolated let executor = ThreadExecutor(name: "probing")
    private let configuration: Configuration
    private let board: Board
    private let progress: Progress
    private let logger: Logger
    private var changes: ChangeLog
    private var survey: Survey?
    private var schedule: Schedule<Endpoint>
    private var loops: LoopRunner
    private let order: [Target]
    private let targets: [Endpoint: Target]
    private var watched: [Endpoint: WatchedTarget] = [:]
    private var statistics = ProbeStatistics()
    private var kernel: KernelFacts?

    /// The thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A service for `targets`, those of the configuration and the daemon's own.
    init(
        _ configuration: Configuration, targets: [Target], board: Board, progress: Progress, logger: Logger
    ) {
        self.configuration = configuration
        self.board = board
        self.progress = progress
        self.logger = logger
        changes = ChangeLog(logger: logger)
        order = targets
        self.targets = Dictionary(targets.map { ($0.endpoint, $0) }, uniquingKeysWith: { first, _ in first })
        let now = Clock.monotonic
        let endpoints = targets.map(\.endpoint)
        let probe = configuration.probe
        // The first pass looks at all of them; the last is due again an interval after it, and the others before.
        schedule = Schedule(endpoints, every: probe.interval, from: now + probe.interval / max(1, endpoints.count))
        loops = LoopRunner(
            endpoints, every: probe.loop.interval, attempts: probe.loop.attempts,
            processorShare: probe.loop.processorShare, timeout: probe.timeout, from: now)
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
        survey = try Survey(timeout: configuration.probe.timeout)
        pass(order.map(\.endpoint))
        while !Task.isCancelled {
            beat()
            let now = Clock.monotonic
            let due = schedule.take(at: now, grain: grain)
            if !due.isEmpty {
                pass(due)
            } else if let next = loops.next, next <= now {
                stepLoops(at: now)
            } else {
                let next = [schedule.next, loops.next].compactMap(\.self).min() ?? now + .seconds(3600)
                try? await Task.sleep(for: next - now)
            }
        }
    }

    /// Targets that are due within a quarter of the interval are surveyed together: one look at all sockets of the
    /// host serves them all.
    private var grain: Duration { min(configuration.probe.interval / 4, .seconds(2)) }

    /// Surveys targets and publishes. A kernel that cannot be asked changes nothing that is known already.
    private func pass(_ endpoints: [Endpoint]) {
        do throws(SystemCallError) {
            guard let scene = try survey?.scene() else { return }
            take(scene.kernel)
            for endpoint in endpoints {
                guard !Task.isCancelled else { return }
                try look(at: endpoint, in: scene)
                beat()
            }
            progress.setFault(nil)
            publish()
        } catch {
            tell(error)
        }
    }

    private func look(at endpoint: Endpoint, in scene: Scene) throws(SystemCallError) {
        guard let target = targets[endpoint] else { return }
        guard let finding = try survey?.look(at: target, in: scene, loop: watched[endpoint]?.loop) else { return }
        for observation in finding.evidence.directed.values { statistics.count(observation, of: .directed) }
        let change: History.Change?
        if watched[endpoint] == nil {
            let first = WatchedTarget(finding)
            watched[endpoint] = first
            change = first.current
        } else {
            change = watched[endpoint]?.take(finding)
        }
        guard let change else { return }
        statistics.count(change)
        changes.add(change, of: target)
        if change.verdict == .susceptible { loops.expedite(endpoint, at: Clock.monotonic) }
    }

    private func stepLoops(at now: Duration) {
        do throws(SystemCallError) {
            let step = try loops.step(at: now, watched: { watched[$0] }) { endpoint, kind throws(SystemCallError) in
                try survey?.isFree(endpoint, for: kind) ?? false
            }
            guard case .ended(let endpoint, let observation) = step else { return }
            statistics.count(observation, of: .loop)
            watched[endpoint]?.take(loop: observation)
        } catch {
            tell(error)
            return
        }
        publish()
    }

    private func take(_ facts: KernelFacts) {
        defer { kernel = facts }
        guard let kernel, kernel != facts else { return }
        statistics.countDrift()
        logger.notice(
            "the kernel's port choice has changed",
            metadata: [
                "ephemeral_range": "\(facts.ephemeralRange)", "reserved_ports": "\(facts.reservedPorts)",
            ])
        // Every verdict rests on these facts: all are renewed at once.
        schedule = Schedule(
            order.map(\.endpoint), every: configuration.probe.interval, from: Clock.monotonic, spread: .zero)
    }

    private func publish() {
        changes.flush()
        guard let kernel else { return }
        let targets = order.compactMap { watched[$0.endpoint] }
        guard targets.count == order.count else { return }
        board.publish(Snapshot(kernel: kernel, targets: targets, statistics: statistics, at: Clock.wall))
    }

    private func tell(_ error: SystemCallError) {
        guard progress.setFault("\(error)") else { return }
        logger.error("the kernel could not be asked", metadata: ["error": "\(error)"])
    }
}
