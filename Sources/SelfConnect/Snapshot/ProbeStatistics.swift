/// Counts probes since the start, for the metrics.
package struct ProbeStatistics: Sendable, Hashable {
    /// The probes of one method.
    package struct Method: Sendable, Hashable {
        /// Probes that ran, without skipped ones.
        package var probes = 0
        /// Probes without a conclusive outcome.
        package var failures = 0
        /// connect() calls.
        package var attempts = 0
        /// The durations of the probes.
        package var durations = Histogram()

        /// Nothing yet.
        package init() {}
    }

    /// The counts by method.
    package private(set) var methods: [ProbeMethod: Method] = [:]
    /// The number of changes to each verdict.
    package private(set) var changes: [Verdict: Int] = [:]
    /// The number of changes of the range, the reserved ports or the walk.
    package private(set) var drifts = 0

    /// Nothing yet.
    package init() {}

    /// Counts a probe.
    package mutating func count(_ observation: Observation, of method: ProbeMethod) {
        guard observation.outcome != .skipped else { return }
        methods[method, default: Method()].probes += 1
        methods[method, default: Method()].attempts += observation.attempts
        methods[method, default: Method()].durations.add(observation.elapsed.inSeconds)
        if observation.isHindered { methods[method, default: Method()].failures += 1 }
    }

    /// Counts a change of a verdict.
    package mutating func count(_ change: History.Change) {
        changes[change.verdict, default: 0] += 1
    }

    /// Counts a drift of the kernel facts.
    package mutating func countDrift() {
        drifts += 1
    }
}

/// A histogram with fixed buckets from ten microseconds to five minutes, suitable for both probe methods.
package struct Histogram: Sendable, Hashable {
    /// The upper bounds of the buckets, in seconds; the last bucket has none.
    package static let bounds = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 300]

    /// The number of values in each bucket, not cumulative.
    package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// The sum of all values.
    package private(set) var sum = 0.0

    /// Empty.
    package init() {}

    /// The number of values.
    package var count: Int { counts.reduce(0, +) }

    /// Adds a value, in seconds.
    package mutating func add(_ value: Double) {
        counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
        sum += value
    }
}
