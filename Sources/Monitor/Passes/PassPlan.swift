import Configuration
import SelfConnect

/// Decides when a pass starts, continues and is published, and which targets it surveys: rules over time, which the
/// caller passes in.
///
/// A long pass does not delay the start of the next one. Targets that it has not surveyed stay due, and the configured
/// targets come first in each pass.
struct PassPlan {
    private var schedule: Schedule<Target.ID>
    /// Targets to be surveyed although they are not due: those whose kernel facts have changed.
    private var requested: Set<Target.ID>
    /// Requested targets that come first, because of an event on their port.
    private var urgent: Set<Target.ID> = []
    /// Whether the last urgent target was surveyed after the last publication.
    private var hasUnpublishedUrgent = false
    /// When each target that is not discovered was last surveyed, or added.
    private var surveyedAt: [Target.ID: Duration] = [:]
    private var budget: ProcessorBudget
    private var nextPass: Duration
    private var publishedAt = Duration.zero
    /// Whether the pass that is under way waits until discovered targets may be surveyed.
    private var awaitsReserve = false
    /// Whether a pass has begun and not ended.
    private(set) var isUnderWay = false
    /// Whether the pass runs to its end in one step, without a limit: the start or a reload waits for it.
    private(set) var isAwaited = true

    /// Maximum duration of one step of a pass, so that other work can run between two steps.
    static let slice = Duration.milliseconds(100)
    /// Time between two publications during a pass.
    private static let publicationInterval = Duration.seconds(2)
    /// Maximum processor time that passes can accumulate.
    private static let burst = Duration.seconds(1)
    /// What discovered targets leave of it: local users can cause any number of them, and configured ones must not wait.
    private static let reserve = burst / 2

    /// A plan for `targets`; the first pass surveys all of them and is due at once.
    init(_ probe: Configuration.Probe, _ targets: [Target], at now: Duration) {
        schedule = Schedule(targets.map(\.id), every: probe.interval, from: now + probe.interval / 4)
        requested = Set(targets.map(\.id))
        budget = ProcessorBudget(share: probe.processorShare, burst: Self.burst, at: now)
        nextPass = now
        noteArrival(of: targets, at: now)
    }

    /// Applies another configuration; the next pass is due at once and awaited.
    mutating func apply(_ probe: Configuration.Probe, at now: Duration) {
        schedule.change(to: probe.interval, at: now)
        budget.share = probe.processorShare
        (isAwaited, isUnderWay, awaitsReserve, nextPass) = (true, false, false, now)
    }

    // MARK: Targets

    /// Adds targets, or makes existing ones due.
    mutating func insert(_ targets: [Target], at now: Duration) {
        for target in targets { schedule.insert(target.id, due: now) }
        noteArrival(of: targets, at: now)
    }

    /// Removes targets.
    mutating func remove(_ targets: [Target]) {
        for target in targets {
            schedule.remove(target.id)
            requested.remove(target.id)
            urgent.remove(target.id)
            surveyedAt[target.id] = nil
        }
    }

    /// Makes the next passes also survey these targets, until each has been surveyed; their schedule does not change.
    mutating func request(_ targets: some Sequence<Target>) { requested.formUnion(targets.map(\.id)) }

    /// Makes these targets urgent: the next pass starts as soon as the limit permits, and surveys them first.
    mutating func makeUrgent(_ targets: [Target], at now: Duration) {
        guard !targets.isEmpty else { return }
        request(targets)
        urgent.formUnion(targets.map(\.id))
        expedite(to: now)
    }

    /// The targets of `watchlist` that a pass surveys: configured and own ones before discovered ones; within each
    /// group, urgent ones come first, then those that have been due longest.
    func due(at now: Duration, of watchlist: Watchlist) -> [Target] {
        let turns = schedule.due(at: now, coalescingWindow: coalescingWindow)
        let others = requested.subtracting(turns)
        let all = turns.compactMap { watchlist.target($0) } + watchlist.targets.filter { others.contains($0.id) }
        let ordered = all.filter { urgent.contains($0.id) } + all.filter { !urgent.contains($0.id) }
        return ordered.filter { $0.source != .discovered } + ordered.filter { $0.source == .discovered }
    }

    /// Records that a target has been surveyed.
    mutating func finish(_ target: Target, at now: Duration) {
        schedule.finish(target.id, at: now, coalescingWindow: coalescingWindow)
        requested.remove(target.id)
        if urgent.remove(target.id) != nil, urgent.isEmpty { hasUnpublishedUrgent = true }
        if target.source != .discovered { surveyedAt[target.id] = now }
    }

    /// The time of the oldest verdict among targets that are not discovered; nil without such targets.
    var oldestVerdict: Duration? { surveyedAt.values.min() }

    private mutating func noteArrival(of targets: [Target], at now: Duration) {
        for target in targets where target.source != .discovered && surveyedAt[target.id] == nil {
            surveyedAt[target.id] = now
        }
    }

    // MARK: Time

    /// Targets that are due within a quarter of the interval are surveyed together: they share one namespace state, and
    /// changes of the host are noticed within that time.
    private var coalescingWindow: Duration { schedule.interval / 4 }

    /// When a pass continues, or the next one starts.
    var next: Duration {
        guard !isAwaited else { return isUnderWay ? .zero : nextPass }
        let turn = awaitsReserve ? min(nextPass, budget.opensAt(above: Self.reserve)) : isUnderWay ? .zero : nextPass
        return max(turn, budget.opensAt)
    }

    /// Ends the pass in progress if the next one is due, which is to start now, and plans the one after it.
    ///
    /// - Returns: whether a pass is to start.
    mutating func startPassIfDue(at now: Duration) -> Bool {
        guard now >= nextPass else { return false }
        nextPass = now + coalescingWindow
        (isUnderWay, awaitsReserve) = (false, false)
        return true
    }

    /// Records that a pass has started, i.e. that its namespace state was read.
    mutating func passStarted() { isUnderWay = true }

    /// A pass has failed at `now`: the next one surveys the rest. Without urgent targets it begins after a pause, so that passes
    /// that take long to fail do not follow each other without one.
    mutating func passFailed(at now: Duration) {
        (isUnderWay, awaitsReserve) = (false, false)
        if urgent.isEmpty { nextPass = max(nextPass, now + coalescingWindow) }
    }

    /// Lets the pass wait unless it may survey discovered targets now: until it may, or the next one begins.
    ///
    /// - Returns: whether it may.
    mutating func admitDiscoveredOrWait(at now: Duration) -> Bool {
        awaitsReserve = !isAwaited && budget.opensAt(above: Self.reserve) > now
        return !awaitsReserve
    }

    /// Makes the next pass start no later than `time`.
    mutating func expedite(to time: Duration) { nextPass = min(nextPass, time) }

    /// Records the processor time of a step.
    mutating func spend(_ time: Duration, at now: Duration) { budget.spend(time, at: now) }

    /// Records a publication of the results so far if one is due although the pass continues.
    ///
    /// - Returns: whether to publish them.
    mutating func markPublishedIfDue(at now: Duration) -> Bool {
        guard hasUnpublishedUrgent || now - publishedAt >= Self.publicationInterval else { return false }
        (publishedAt, hasUnpublishedUrgent) = (now, false)
        return true
    }

    /// Records that a pass has surveyed all its targets.
    mutating func passEnded(at now: Duration) {
        (isUnderWay, isAwaited, awaitsReserve, publishedAt, hasUnpublishedUrgent) = (false, false, false, now, false)
    }
}
