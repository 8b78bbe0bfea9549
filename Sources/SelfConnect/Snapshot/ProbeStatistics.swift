/// What the probes did since the start, for the metrics.
package struct ProbeStatistics: Sendable, Hashable {
    /// What the probes of one method did.
    package struct Method: Sendable, Hashable {
        /// Probes that ran; skipped ones do not count.
        package var probes = 0
        /// Probes that were hindered.
        package var failures = 0
        /// connect() calls.
        package var attempts = 0
        /// How long the probes took together, pauses included.
        package var elapsed = Duration.zero

        /// Nothing yet.
        package init() {}
    }

    /// By method.
    package private(set) var methods: [ProbeMethod: Method] = [:]
    /// Changes to each verdict.
    package private(set) var changes: [Verdict: Int] = [:]
    /// How often the range, the reserved ports or the walk were found changed.
    package private(set) var drifts = 0

    /// Nothing yet.
    package init() {}

    /// Counts a probe.
    package mutating func count(_ observation: Observation, of method: ProbeMethod) {
        guard observation.outcome != .skipped else { return }
        methods[method, default: Method()].probes += 1
        methods[method, default: Method()].attempts += observation.attempts
        methods[method, default: Method()].elapsed += observation.elapsed
        if observation.isHindered { methods[method, default: Method()].failures += 1 }
    }

    /// Counts a change of verdict.
    package mutating func count(_ change: History.Change) {
        changes[change.verdict, default: 0] += 1
    }

    /// Counts a drift of the kernel's facts.
    package mutating func countDrift() {
        drifts += 1
    }
}
