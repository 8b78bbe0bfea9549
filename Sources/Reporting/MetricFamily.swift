// The Prometheus exposition: families with HELP and TYPE, samples with labels. Text 0.0.4; OpenMetrics differs in the
// names of counters and the end mark.

/// The samples of one metric.
public struct MetricFamily: Sendable, Hashable {
    /// How its values behave.
    public enum Kind: String, Sendable, Hashable {
        /// Only rises.
        case counter
        /// Rises and falls.
        case gauge
        /// Counts by size.
        case histogram
        /// Labels of a constant 1.
        case info
    }

    /// A value with its labels.
    public struct Sample: Sendable, Hashable {
        /// What follows the family's name, such as `_bucket`.
        public var suffix: String
        /// In their order.
        public var labels: [(String, String)]
        /// The value.
        public var value: Double

        /// A sample as given.
        public init(suffix: String = "", _ labels: [(String, String)] = [], _ value: Double) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }

        /// Equal in all parts.
        public static func == (left: Sample, right: Sample) -> Bool {
            left.suffix == right.suffix && left.value == right.value
                && left.labels.elementsEqual(right.labels) { $0 == $1 }
        }

        /// Hashes all parts.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(suffix)
            hasher.combine(value)
            for label in labels {
                hasher.combine(label.0)
                hasher.combine(label.1)
            }
        }
    }

    /// The whole name; a counter's ends in `_total`.
    public var name: String
    /// How its values behave.
    public var kind: Kind
    /// One sentence without a full stop.
    public var help: String
    /// The samples, those of one kind together.
    public var samples: [Sample]

    /// A family as given.
    public init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A family of one sample without labels.
    public init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [Sample([], value)])
    }
}
