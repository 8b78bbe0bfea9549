import Configuration
import SelfConnect

/// When a pass begins, goes on and is published, and which targets it looks at: rules over time, which the caller passes in.
///
/// A pass that takes long does not keep the next one from its beginning. What it has not looked at stays due, and the
/// configured targets come first in each.
struct PassPlan {
    private var schedule: Schedule<Target.ID>
    /// Targets to be looked at although it is not their turn: those whose kernel's facts have changed.
    private var owed: Set<Target.ID>
    /// Owed targets that come first, because of an event on their port.
    private var urgent: Set<Target.ID> = []
    /// Whether the last urgent target was surveyed after the last publication.
    private var hasUrgentNews = false
    /// When each target that is not discovered was looked at last, or came to be watched.
    private var lookedAt: [Target.ID: Duration] = [:]
    private var budget: ProcessorBudget
    private var nextPass: Duration
    private var publishedAt = Duration.zero
    /// Whether the pass that is under way waits until discovered targets may be surveyed.
    private var awaitsReserve = false
    /// Whether a pass has begun and not ended.
    private(set) var isUnderWay = false
    /// Whether the pass runs to its end in one step, under no ceiling: the start or a reload waits for it.
    private(set) var isAwaited = true

    /// How long one step of a pass takes at most, so that other work has its turn between two.
    static let slice = Duration.milliseconds(100)
    /// From one publication of a pass that is under way to the next.
    private static let publicationInterval = Duration.seconds(2)
    /// The processor time that passes save up.
    private static let burst = Duration.seconds(1)
    /// What discovered targets leave of it: local users can cause any number of them, and configured ones must not wait.
    private static let reserve = burst / 2

    /// A plan for `targets`, all of which the first pass looks at; it is due at once.
    init(_ probe: Configuration.Probe, _ targets: [Target], at now: Duration) {
        schedule = Schedule(targets.map(\.id), every: probe.interval, from: now + probe.interval / 4)
        owed = Set(targets.map(\.id))
        budget = ProcessorBudget(share: probe.processorShare, burst: Self.burst, at: now)
        nextPass = now
        noteArrival(of: targets, at: now)
    }

    /// Follows other settings from now on; the next pass is due at once, and awaited.
    mutating func apply(_ probe: Configuration.Probe, at now: Duration) {
        schedule.change(to: probe.interval, at: now)
        budget.share = probe.processorShare
        (isAwaited, isUnderWay, awaitsReserve, nextPass) = (true, false, false, now)
    }

    // MARK: Targets

    /// Adds targets, or makes them due if they are there.
    mutating func insert(_ targets: [Target], at now: Duration) {
        for target in targets { schedule.insert(target.id, due: now) }
        noteArrival(of: targets, at: now)
    }

    /// Takes targets off.
    mutating func remove(_ targets: [Target]) {
        for target in targets {
            schedule.remove(target.id)
            owed.remove(target.id)
            urgent.remove(target.id)
            lookedAt[target.id] = nil
        }
    }

    /// Makes passes look at these targets as well, until each has been looked at; their turns stay what they are.
    mutating func owe(_ targets: some Sequence<Target>) { owed.formUnion(targets.map(\.id)) }

    /// Makes these targets urgent: the next pass begins as soon as the limit permits, and surveys them first.
    mutating func hurry(_ targets: [Target], at now: Duration) {
        guard !targets.isEmpty else { return }
        owe(targets)
        urgent.formUnion(targets.map(\.id))
        expedite(to: now)
    }

    /// The targets of `watchlist` that a pass looks at: configured ones and the daemon's own before those that are
    /// discovered, and of each the urgent ones first, then those that have been due for longest.
    func due(at now: Duration, of watchlist: Watchlist) -> [Target] {
        let turns = schedule.due(at: now, coalescingWindow: coalescingWindow)
        let others = owed.subtracting(turns)
        let all = turns.compactMap { watchlist.target($0) } + watchlist.targets.filter { others.contains($0.id) }
        let ordered = all.filter { urgent.contains($0.id) } + all.filter { !urgent.contains($0.id) }
        return ordered.filter { $0.source != .discovered } + ordered.filter { $0.source == .discovered }
    }

    /// A target has been looked at.
    mutating func finish(_ target: Target, at now: Duration) {
        schedule.finish(target.id, at: now, coalescingWindow: coalescingWindow)
        owed.remove(target.id)
        if urgent.remove(target.id) != nil, urgent.isEmpty { hasUrgentNews = true }
        if target.source != .discovered { lookedAt[target.id] = now }
    }

    /// When the oldest verdict was found among those of targets that are not discovered; nil without such targets.
    var oldestVerdict: Duration? { lookedAt.values.min() }

    private mutating func noteArrival(of targets: [Target], at now: Duration) {
        for target in targets where target.source != .discovered && lookedAt[target.id] == nil {
            lookedAt[target.id] = now
        }
    }

    // MARK: Time

    /// Targets that are due within a quarter of the interval are surveyed together: one look at all sockets of the
    /// host serves them all, and nothing on the host stays unseen for longer.
    private var coalescingWindow: Duration { schedule.interval / 4 }

    /// When a pass goes on, or the next one begins.
    var next: Duration {
        guard !isAwaited else { return isUnderWay ? .zero : nextPass }
        let turn = awaitsReserve ? min(nextPass, budget.opensAt(above: Self.reserve)) : isUnderWay ? .zero : nextPass
        return max(turn, budget.opensAt)
    }

    /// Whether a pass begins now, in place of one that may be under way.
    mutating func begins(at now: Duration) -> Bool {
        guard now >= nextPass else { return false }
        nextPass = now + coalescingWindow
        (isUnderWay, awaitsReserve) = (false, false)
        return true
    }

    /// A pass has begun: its state of the namespace is known.
    mutating func hasBegun() { isUnderWay = true }

    /// A pass has ended early: the next one looks at the rest.
    mutating func giveUp() { (isUnderWay, awaitsReserve) = (false, false) }

    /// Whether the pass may survey discovered targets now; if not, it waits until it may, or the next one begins.
    mutating func admitsDiscovered(at now: Duration) -> Bool {
        awaitsReserve = !isAwaited && budget.opensAt(above: Self.reserve) > now
        return !awaitsReserve
    }

    /// Makes the next pass begin no later than `time`.
    mutating func expedite(to time: Duration) { nextPass = min(nextPass, time) }

    /// A step has taken `time` of the processor.
    mutating func spend(_ time: Duration, at now: Duration) { budget.spend(time, at: now) }

    /// Whether what is known is to be published although the pass goes on.
    mutating func publishes(at now: Duration) -> Bool {
        guard hasUrgentNews || now - publishedAt >= Self.publicationInterval else { return false }
        (publishedAt, hasUrgentNews) = (now, false)
        return true
    }

    /// A pass has looked at all its targets.
    mutating func hasEnded(at now: Duration) {
        (isUnderWay, isAwaited, awaitsReserve, publishedAt, hasUrgentNews) = (false, false, false, now, false)
    }
}
