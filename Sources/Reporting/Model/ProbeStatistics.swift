public import SelfConnect

/// What the probes did since the start, for the metrics.
public struct ProbeStatistics: Sendable, Hashable {
    /// What the probes of one method did.
    public struct Method: Sendable, Hashable {
        /// Probes that ran; skipped ones do not count.
        public var probes = 0
        /// Probes that were hindered.
        public var failures = 0
        /// connect() calls.
        public var attempts = 0
        /// How long the probes took.
        public var durations = Histogram()
    }

    /// By method.
    public private(set) var methods: [ProbeMethod: Method] = [:]
    /// Changes to each verdict.
    public private(set) var changes: [Verdict: Int] = [:]
    /// How often the range, the reserved ports or the walk were found changed.
    public private(set) var drifts = 0

    /// Nothing yet.
    public init() {}

    /// Counts a probe.
    public mutating func count(_ observation: Observation, of method: ProbeMethod) {
        guard observation.outcome != .skipped else { return }
        methods[method, default: Method()].probes += 1
        methods[method, default: Method()].attempts += observation.attempts
        methods[method, default: Method()].durations.add(observation.elapsed.inSeconds)
        if observation.isHindered { methods[method, default: Method()].failures += 1 }
    }

    /// Counts a change of verdict.
    public mutating func count(_ change: History.Change) {
        changes[change.verdict, default: 0] += 1
    }

    /// Counts a drift of the kernel's facts.
    public mutating func countDrift() {
        drifts += 1
    }
}

/// A histogram with fixed buckets, from ten microseconds to five minutes: one for both probe methods.
public struct Histogram: Sendable, Hashable {
    /// The buckets' upper bounds, in seconds; the last bucket has none.
    public static let bounds = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10, 60, 300]

    /// How many values fell into each bucket, not accumulated.
    public private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// Of all values.
    public private(set) var sum = 0.0

    /// Empty.
    public init() {}

    /// Of all values.
    public var count: Int { counts.reduce(0, +) }

    /// Adds a value, in seconds.
    public mutating func add(_ value: Double) {
        counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
        sum += value
    }
}
