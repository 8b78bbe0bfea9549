// Loop probes in the background: one at a time, in slices of a few milliseconds, under the ceiling on processor time,
// and never at a port that somebody has taken in the meantime.

import Linux
import Probing
import SelfConnect

/// Runs the loop probes of all targets, slice by slice.
struct LoopRunner: ~Copyable {
    /// What came of a step.
    enum Step {
        /// Nothing was due.
        case idle
        /// A slice ran; the loop goes on.
        case ran
        /// A loop ended, or was skipped.
        case ended(Endpoint, Observation)
    }

    private var schedule: Schedule<Endpoint>
    private var waiting: [Endpoint] = []
    private var current: LoopProbe?
    private var restsUntil = Duration.zero
    private let attempts: Int
    private let processorShare: Double
    private let timeout: Duration

    /// Attempts in one slice: some milliseconds.
    private static let slice = 512

    /// A runner for these targets; an `interval` of zero means none.
    init(
        _ endpoints: [Endpoint], every interval: Duration, attempts: Int, processorShare: Double, timeout: Duration,
        from start: Duration
    ) {
        schedule = Schedule(interval > .zero ? endpoints : [], every: interval, from: start, spread: .zero)
        self.attempts = attempts
        self.processorShare = processorShare
        self.timeout = timeout
    }

    /// When there is something to do next; nil: never.
    var next: Duration? {
        let isBusy = current != nil || !waiting.isEmpty
        return isBusy ? restsUntil : schedule.next.map { max($0, restsUntil) }
    }

    /// Makes a target's loop due now: its verdict has just become one that a loop can show.
    mutating func expedite(_ endpoint: Endpoint, at now: Duration) {
        schedule.expedite(endpoint, to: now)
    }

    /// Runs one slice, if it is time.
    ///
    /// - Parameters:
    ///   - watched: what is known of an endpoint.
    ///   - isFree: whether a loop there would reach nobody else.
    mutating func step(
        at now: Duration, watched: (Endpoint) -> WatchedTarget?,
        isFree: (Endpoint, ClientKind) throws(SystemCallError) -> Bool
    ) throws(SystemCallError) -> Step {
        guard now >= restsUntil else { return .idle }
        guard current == nil else { return try advance(isFree) }
        waiting += schedule.take(at: now).filter { !waiting.contains($0) }
        guard !waiting.isEmpty else { return .idle }
        let endpoint = waiting.removeFirst()
        guard let finding = watched(endpoint)?.finding else { return .ran }
        switch LoopChoice(finding.evidence, finding.assessment) {
        case .skip(let reason):
            let client = finding.target.clients.min() ?? .connect
            return .ended(endpoint, Observation(client: client, outcome: .skipped, at: Clock.wall, detail: reason))
        case .run(let kind, _):
            let plan = ProbePlan(
                client: kind, attempts: attempts, attemptTimeout: timeout, processorShare: processorShare)
            current = try LoopProbe(to: endpoint, plan: plan)
            return .ran
        }
    }

    private mutating func advance(
        _ isFree: (Endpoint, ClientKind) throws(SystemCallError) -> Bool
    ) throws(SystemCallError) -> Step {
        guard let plan = current?.plan, let endpoint = current?.endpoint else { return .idle }
        let start = Clock.threadProcessorTime
        var ended: Observation?
        if try isFree(endpoint, plan.client) {
            ended = current?.advance(Self.slice)
        } else {
            ended = current?.stop(.skipped, because: "the port was taken while the loop ran")
        }
        restsUntil = Clock.monotonic + plan.rest(after: Clock.threadProcessorTime - start)
        guard let ended else { return .ran }
        current = nil
        return .ended(endpoint, ended)
    }
}
