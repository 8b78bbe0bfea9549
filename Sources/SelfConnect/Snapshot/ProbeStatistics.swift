/// Counts probes since the start, for the metrics.
package struct ProbeStatistics: Sendable, Hashable {
    /// The probes of one method.
    package struct Method: Sendable, Hashable {
        /// Probes that made an attempt.
        package var probes = 0
        /// Probes without a conclusive outcome.
        package var failures = 0
        /// connect() calls.
        package var attempts = 0
        /// The total duration of the probes, including pauses.
        package var elapsed = Duration.zero

        /// Nothing yet.
        package init() {}
    }

    /// The counts by method.
    package private(set) var methods: [ProbeMethod: Method] = [:]
    /// The number of changes to each verdict.
    package private(set) var changes: [Verdict: Int] = [:]
    /// The number of changes of the range, the reserved ports or the walk.
    package private(set) var drifts = 0
    /// The number of complete passes.
    package private(set) var passes = 0

    /// Nothing yet.
    package init() {}

    /// Counts a probe.
    package mutating func count(_ observation: Observation, of method: ProbeMethod) {
        guard observation.outcome != .skipped, observation.attempts > 0 else { return }
        methods[method, default: Method()].probes += 1
        methods[method, default: Method()].attempts += observation.attempts
        methods[method, default: Method()].elapsed += observation.elapsed
        if observation.isHindered { methods[method, default: Method()].failures += 1 }
    }

    /// Counts a change of a verdict.
    package mutating func count(_ change: History.Change) {
        changes[change.verdict, default: 0] += 1
    }

    /// Counts a complete pass.
    package mutating func countPass() {
        passes += 1
    }

    /// Counts a drift of the kernel facts.
    package mutating func countDrift() {
        drifts += 1
    }
}
