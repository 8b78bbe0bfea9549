// What the probe thread does between two orders: passes, loops and sweeps, each as a step of the watch. Blocking work;
// one survey takes a fraction of a millisecond, and between two of them it can be stopped.

import Configuration
import Linux
import SelfConnect

/// Runs the watch and publishes what it finds. On the probe thread only.
final class ProbeLoop {
    private let store: SnapshotStore
    private let heartbeats: Heartbeats
    private let delegate: any MonitorDelegate
    private let isStopping: () -> Bool
    private var watch: Watch
    private var start = StartExtension()
    private var notices = UnwatchedNotices()
    private var namespaceNotices = NamespaceNotices()
    private var nextHeapCheck = Duration.zero

    /// From one look at what the allocator keeps to the next.
    private static let heapInterval = Duration.seconds(60)
    /// So much of it is worth the time that giving it back takes.
    private static let heapSlack = 16 << 20

    /// A loop over `targets`, those of the configuration and the daemon's own.
    init(
        _ settings: Configuration, targets: [Target], store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate, isStopping: @escaping () -> Bool
    ) throws(SystemCallError) {
        self.store = store
        self.heartbeats = heartbeats
        self.delegate = delegate
        self.isStopping = isStopping
        watch = try Watch(settings, targets: targets, at: Clock.monotonic)
    }

    /// When there is something to do next.
    var next: Duration { watch.next }

    /// Shows that the thread moves.
    func beat() {
        heartbeats.beat(.probing, at: Clock.monotonic)
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
        do throws(SystemCallError) {
            defer { heartbeats.setOldestVerdict(watch.plan.oldestVerdict) }
            let step = try watch.step(at: now) { proceed() }
            // A loop or a sweep asks the kernel for less than what has failed.
            if step == .pass { report(watch.findings.fault) }
            guard step != .nothing else { return }
            for notice in notices.due(watch.watchlist.unwatched) { delegate.didNotice(notice) }
            let hindrances = watch.namespaces?.hindrances ?? []
            for notice in namespaceNotices.due(hindrances) where step == .pass { delegate.didNotice(notice) }
            let (events, omitted) = watch.journal.takeUnlogged()
            delegate.didRecord(events, omitted: omitted)
            if let snapshot = watch.snapshot(at: Clock.wall) { store.publish(snapshot) }
            if step == .pass { trimHeap(at: now) }
        } catch {
            report("\(error)")
        }
    }

    /// What keeps passes from their work, once; nil: nothing does.
    private func report(_ fault: String?) {
        guard heartbeats.recordFault(fault), let fault else { return }
        delegate.didFail(fault)
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
        heartbeats.beat(.probing, at: now)
        if !store.isReady, start.isDue(at: now) { delegate.isStillStarting(needing: StartExtension.length) }
        return !isStopping()
    }
}
