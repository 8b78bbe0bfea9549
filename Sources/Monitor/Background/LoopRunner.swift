// Runs loop probes in the background: one at a time, in slices of a few milliseconds, within a limit on processor time,
// and never at a port that has a listener by now.

import Configuration
import Linux
import Probing
import SelfConnect

/// Runs the loop probes of all targets, slice by slice.
struct LoopRunner: ~Copyable {
    /// The result of a step.
    enum Step {
        /// Nothing was due.
        case idle
        /// A slice ran; the loop continues.
        case ran
        /// A loop ended, or some loops were skipped.
        case ended([(id: Target.ID, observation: Observation)])
    }

    private var schedule: Schedule<Target.ID>
    private var waiting: [Target.ID] = []
    private var current: LoopProbe?
    private var currentID: Target.ID?
    private var restsUntil = Duration.zero
    private var settings: Configuration.Loop
    private var timeout: Duration

    /// Attempts per slice, which take a few milliseconds.
    private static let slice = 512
    /// Maximum attempts per second if each creates a connection tracking entry.
    private static let trackedRate = 200
    /// Maximum number of targets that one step checks for whether a loop is useful; takes about ten milliseconds.
    private static let batch = 1024

    /// A runner for these targets; an interval of zero disables loops. `timeout` limits each attempt.
    init(_ targets: [Target.ID], _ settings: Configuration.Loop, timeout: Duration, from start: Duration) {
        let targets = settings.interval > .zero ? targets : []
        schedule = Schedule(targets, every: settings.interval, from: start, spread: .zero)
        self.settings = settings
        self.timeout = timeout
    }

    /// Applies another configuration. Targets that remain keep their place in the schedule. A running loop restarts if
    /// its plan has changed, and is cancelled if its target was removed.
    mutating func apply(_ targets: [Target.ID], _ settings: Configuration.Loop, timeout: Duration, at now: Duration) {
        let watched = Set(settings.interval > .zero ? targets : [])
        let isSamePlan =
            settings.attempts == self.settings.attempts && settings.processorShare == self.settings.processorShare
            && timeout == self.timeout
        self.settings = settings
        self.timeout = timeout
        schedule.change(to: settings.interval, at: now)
        schedule.keep { watched.contains($0) }
        waiting.removeAll { !watched.contains($0) }
        for target in targets where !schedule.contains(target) { insert(target, at: now) }
        guard let id = currentID, current != nil, !isSamePlan || !watched.contains(id) else { return }
        current = nil
        if watched.contains(id) { waiting.insert(id, at: 0) }
    }

    /// The time of the next step; nil: never.
    var next: Duration? {
        let isBusy = current != nil || !waiting.isEmpty
        return isBusy ? restsUntil : schedule.next.map { max($0, restsUntil) }
    }

    /// Makes a target's loop due now: its verdict has just become one that a loop can demonstrate.
    mutating func expedite(_ target: Target.ID, at now: Duration) {
        schedule.expedite(target, to: now)
    }

    /// Adds a target; its first loop is due now.
    mutating func insert(_ target: Target.ID, at now: Duration) {
        guard schedule.interval > .zero else { return }
        schedule.insert(target, due: now)
    }

    /// Removes a target. A running loop is not interrupted.
    mutating func remove(_ target: Target.ID) {
        schedule.remove(target)
        waiting.removeAll { $0 == target }
    }

    /// Runs one slice if it is due.
    ///
    /// - Parameters:
    ///   - watched: returns the state of a target.
    ///   - isSafeToLoop: whether a loop at the target would reach no other socket.
    mutating func step(
        at now: Duration, watched: (Target.ID) -> WatchedTarget?,
        isSafeToLoop: (Target.ID, ClientKind) throws(SystemCallError) -> Bool
    ) throws(SystemCallError) -> Step {
        guard now >= restsUntil else { return .idle }
        guard current == nil else { return try advance(isSafeToLoop) }
        let alreadyWaiting = Set(waiting)
        waiting += schedule.rescheduleDue(at: now).filter { !alreadyWaiting.contains($0) }
        guard !waiting.isEmpty else { return .idle }
        let start = Clock.threadProcessorTime
        let skipped = try begin(watched)
        rest(since: start)
        return skipped.isEmpty ? .ran : .ended(skipped)
    }

    /// Starts the first useful loop among the waiting ones, and returns the useless ones before it. They are returned
    /// together because each result is published, and thousands of publications would cost more than the loops.
    private mutating func begin(
        _ watched: (Target.ID) -> WatchedTarget?
    ) throws(SystemCallError) -> [(id: Target.ID, observation: Observation)] {
        var skipped: [(id: Target.ID, observation: Observation)] = []
        var seen = 0
        defer { waiting.removeFirst(seen) }
        for id in waiting.prefix(Self.batch) {
            seen += 1
            guard let finding = watched(id)?.finding else { continue }
            switch LoopChoice(finding.evidence, finding.assessment) {
            case .skip(let reason):
                let client = finding.target.clients.min() ?? .connect
                let observation = Observation(client: client, outcome: .skipped, at: Clock.wall, detail: reason)
                skipped.append((id, observation))
            case .run(let kind, _):
                let plan = ProbePlan(
                    client: kind, attempts: settings.attempts, attemptTimeout: timeout,
                    processorShare: settings.processorShare)
                current = try LoopProbe(to: id.endpoint, plan: plan)
                currentID = id
                return skipped
            }
        }
        return skipped
    }

    /// Delays the next step so that the work since `start` stays within the processor share.
    private mutating func rest(since start: Duration) {
        let share = ProbePlan(processorShare: settings.processorShare)
        restsUntil = Clock.monotonic + share.rest(after: Clock.threadProcessorTime - start)
    }

    private mutating func advance(
        _ isSafeToLoop: (Target.ID, ClientKind) throws(SystemCallError) -> Bool
    ) throws(SystemCallError) -> Step {
        guard let plan = current?.plan, let id = currentID else { return .idle }
        let start = Clock.threadProcessorTime
        let isTracked = ConnectionTracking.isActive
        let slice = isTracked ? Self.trackedRate / 4 : Self.slice
        // Also if the query fails: an immediate retry would use a whole processor.
        defer {
            rest(since: start)
            if isTracked { restsUntil = max(restsUntil, Clock.monotonic + .seconds(1) * slice / Self.trackedRate) }
        }
        var ended: Observation?
        if try isSafeToLoop(id, plan.client) {
            ended = current?.advance(slice)
        } else {
            ended = current?.stop(.skipped, because: "the port was taken while the loop ran")
        }
        guard let ended else { return .ran }
        current = nil
        return .ended([(id, ended)])
    }
}
