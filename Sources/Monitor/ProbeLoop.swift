// The work of the probe thread: passes, loops and sweeps, each as a step of the watch. Blocking; one survey takes a
// fraction of a millisecond, and the thread can be stopped between two of them.

import Configuration
import Linux
import SelfConnect

/// Runs the watch and publishes its results. On the probe thread only.
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
    /// The state that was reported last; `followed` is not reported at start.
    private var eventStream = EventStream.State.followed

    /// Time between two checks of the allocator.
    private static let heapInterval = Duration.seconds(15)
    /// Minimum amount of unused memory that is worth the time of releasing it.
    private static let heapSlack = 4 << 20

    /// A loop over `targets`, the configured and the own ones.
    init(
        _ settings: Configuration, targets: [Target], guards: GuardKeeper, store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate, isStopping: @escaping () -> Bool
    ) throws(SystemCallError) {
        self.store = store
        self.heartbeats = heartbeats
        self.delegate = delegate
        self.isStopping = isStopping
        watch = try Watch(settings, targets: targets, guards: guards, at: Clock.monotonic)
    }

    /// The time of the next step.
    func next(after now: Duration) -> Duration { min(watch.next, watch.events.resumes(after: now) ?? watch.next) }

    /// Becomes readable if there is a step before that; nil: there is none.
    func descriptor(at now: Duration) -> Int32? { watch.events.descriptor(at: now) }

    /// Records progress of the thread.
    func recordProgress() {
        heartbeats.record(.probing, at: Clock.monotonic)
    }

    /// Applies another configuration, and surveys new targets before it returns.
    ///
    /// If it throws, nothing has changed.
    func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        try watch.apply(settings, targets: targets, at: Clock.monotonic)
        step(at: Clock.monotonic)
    }

    /// Runs a step if it is due. If the kernel cannot be queried, previous results are kept.
    func step(at now: Duration) {
        do throws(SystemCallError) {
            defer { heartbeats.setOldestVerdict(watch.plan.oldestVerdict) }
            let step = try watch.step(at: now) { proceed() }
            reportEventStream()
            // Success of a loop or a sweep does not clear the fault: they need less of the kernel than a pass.
            if step == .pass { report(watch.records.fault) }
            guard step != .nothing else { return }
            for notice in notices.due(watch.unwatched) { delegate.didNotice(notice) }
            if step == .pass { reportHindrances() }
            let (events, omitted) = watch.records.journal.takeUnlogged()
            delegate.didRecord(events, omitted: omitted)
            if let snapshot = watch.snapshot(at: Clock.wall) { store.publish(snapshot) }
            if step == .pass { trimHeap(at: now) }
        } catch {
            report("\(error)")
        }
    }

    /// Only a whole pass has tried every namespace.
    private func reportHindrances() {
        for notice in namespaceNotices.due(watch.namespaces.hindrances) { delegate.didNotice(notice) }
    }

    private func reportEventStream() {
        guard watch.events.status.state != eventStream else { return }
        eventStream = watch.events.status.state
        delegate.didChangeEventStream(eventStream)
    }

    /// Reports, once, what prevents passes from working; nil: nothing.
    private func report(_ fault: String?) {
        guard heartbeats.recordFault(fault), let fault else { return }
        delegate.didFail(fault)
    }

    /// Releases memory after a large number of sockets or targets has gone: the last of it is freed with the previous
    /// snapshot.
    private func trimHeap(at now: Duration) {
        guard now >= nextHeapCheck else { return }
        nextHeapCheck = now + Self.heapInterval
        if let slack = Heap.slack, slack >= Self.heapSlack { Heap.trim() }
    }

    /// Called between two targets: records progress, and returns whether to continue.
    private func proceed() -> Bool {
        let now = Clock.monotonic
        heartbeats.record(.probing, at: now)
        if !store.isReady, start.extendIfDue(at: now) { delegate.isStillStarting(needing: StartExtension.length) }
        return !isStopping()
    }
}
