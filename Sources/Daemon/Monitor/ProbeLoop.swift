// What the probe thread does between two orders: passes, loops and sweeps, each as a step of the watch. Blocking work;
// one survey takes a fraction of a millisecond, and between two of them it can be stopped.

import Configuration
import Linux
import Logging
import SelfConnect
import Systemd

/// Runs the watch and publishes what it finds. On the probe thread only.
final class ProbeLoop {
    /// Where findings go.
    struct Audience: Sendable {
        let board: SnapshotStore
        let progress: Heartbeats
        let manager: ServiceNotifier
        let log: LogSink
        let logger: Logger
    }

    private let audience: Audience
    private let isStopping: () -> Bool
    private var watch: Watch
    private var start = StartExtension()
    private var unwatchedLog = UnwatchedLog()
    private var nextHeapCheck = Duration.zero

    /// From one look at what the allocator keeps to the next.
    private static let heapInterval = Duration.seconds(60)
    /// So much of it is worth the time that giving it back takes.
    private static let heapSlack = 16 << 20

    /// A loop over `targets`, those of the configuration and the daemon's own.
    init(
        _ settings: Configuration, targets: [Target], for audience: Audience, isStopping: @escaping () -> Bool
    ) throws(SystemCallError) {
        self.audience = audience
        self.isStopping = isStopping
        watch = try Watch(settings, targets: targets, at: Clock.monotonic)
    }

    /// When there is something to do next.
    var next: Duration { watch.next }

    /// Shows that the thread moves.
    func beat() {
        audience.progress.beat(.probing, at: Clock.monotonic)
    }

    /// Watches by other settings from now on, and looks at what is new before it comes back.
    ///
    /// Throws where nothing has changed.
    func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        try watch.apply(settings, targets: targets, at: Clock.monotonic)
        step(at: Clock.monotonic)
    }

    /// Does what is due. A kernel that cannot be asked changes nothing that is known already.
    func step(at now: Duration) {
        let (progress, log) = (audience.progress, audience.log)
        do throws(SystemCallError) {
            defer { progress.setOldestVerdict(watch.plan.oldestVerdict) }
            let step = try watch.step(at: now) { proceed() }
            // A loop or a sweep asks the kernel for less than what has failed.
            if step == .pass { report(watch.findings.fault) }
            guard step != .nothing else { return }
            for line in unwatchedLog.lines(watch.watchlist.unwatched) where line.level >= log.level { log.write(line) }
            let (events, omitted) = watch.journal.takeUnlogged()
            EventLogger(log: log).record(events, omitted: omitted)
            if let snapshot = watch.snapshot(at: Clock.wall) { audience.board.publish(snapshot) }
            if step == .pass { trimHeap(at: now) }
        } catch {
            report("\(error)")
        }
    }

    /// What keeps passes from their work, once; nil: nothing does.
    private func report(_ fault: String?) {
        guard audience.progress.recordFault(fault), let fault else { return }
        audience.logger.error("failed to query the kernel", metadata: ["error": "\(fault)"])
    }

    /// Gives back what a host with many sockets or targets took, once it is gone: the last of it goes with the snapshot before
    /// this one.
    private func trimHeap(at now: Duration) {
        guard now >= nextHeapCheck else { return }
        nextHeapCheck = now + Self.heapInterval
        if let slack = Heap.slack, slack >= Self.heapSlack { Heap.trim() }
    }

    /// Between two targets: shows that the thread moves, and says whether it is to go on.
    private func proceed() -> Bool {
        let now = Clock.monotonic
        audience.progress.beat(.probing, at: now)
        if !audience.board.isReady, start.isDue(at: now) {
            audience.manager.tell(.extendTimeout(StartExtension.length), .status("looking at every target once"))
        }
        return !isStopping()
    }
}
