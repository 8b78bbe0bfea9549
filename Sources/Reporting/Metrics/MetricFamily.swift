// The Prometheus exposition format: families with HELP and TYPE, samples with labels. Supports text 0.0.4 and
// OpenMetrics, which differ in the names of counters and the end mark.

/// The samples of one metric.
package struct MetricFamily: Sendable, Hashable {
    /// The type of the metric.
    package enum Kind: String, Sendable, Hashable {
        /// Only increases.
        case counter
        /// Increases and decreases.
        case gauge
        /// Labels of a constant 1.
        case info
    }

    /// Labels as written between the braces, rendered once for all samples that share them.
    package struct Labels: Sendable, Hashable {
        private(set) var text: [UInt8] = []

        /// These labels, in this order.
        package init(_ labels: [(name: String, value: String)] = []) {
            for label in labels { append(label.name, label.value) }
        }

        /// These labels and another one.
        func adding(_ name: String, _ value: String) -> Labels {
            var labels = self
            labels.append(name, value)
            return labels
        }

        private mutating func append(_ name: String, _ value: String) {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            text += name.utf8
            text += "=\"".utf8
            MetricsText.append(value, quoted: true, to: &text)
            text.append(UInt8(ascii: "\""))
        }
    }

    /// A value with its labels.
    package struct Sample: Sendable, Hashable {
        /// The labels of the value.
        package var labels: Labels
        /// The value.
        package var value: Double

        /// Memberwise initializer.
        package init(_ labels: Labels, _ value: Double) {
            self.labels = labels
            self.value = value
        }

        /// Memberwise initializer.
        package init(_ labels: [(String, String)], _ value: Double) {
            self.init(Labels(labels), value)
        }
    }

    /// The full name; counters end in `_total`.
    package let name: String
    /// The type of the metric.
    package let kind: Kind
    /// One sentence without a full stop.
    package let help: String
    /// One line per sample, stored as one text: there may be hundreds of thousands.
    let lines: [UInt8]

    /// A family with these samples.
    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: some Sequence<Sample>) {
        self.name = name
        self.kind = kind
        self.help = help
        lines = samples.reduce(into: []) { MetricsText.append($1, of: name, to: &$0) }
    }

    /// A family with one sample without labels.
    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, CollectionOfOne(Sample(Labels(), value)))
    }
}
