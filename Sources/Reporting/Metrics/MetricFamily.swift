// The Prometheus exposition: families with HELP and TYPE, samples with labels. Text 0.0.4; OpenMetrics differs in the
// names of counters and the end mark.

/// The samples of one metric.
package struct MetricFamily: Sendable, Hashable {
    /// How its values behave.
    package enum Kind: String, Sendable, Hashable {
        /// Only rises.
        case counter
        /// Rises and falls.
        case gauge
        /// Labels of a constant 1.
        case info
    }

    /// Names with values, as they stand between the braces: written once for the many samples that share them.
    package struct Labels: Sendable, Hashable {
        private(set) var text: [UInt8] = []

        /// These labels, in their order.
        package init(_ labels: [(name: String, value: String)] = []) {
            for label in labels { append(label.name, label.value) }
        }

        /// The same and one more.
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
        /// What it is the value of.
        package var labels: Labels
        /// The value.
        package var value: Double

        /// A sample as given.
        package init(_ labels: Labels, _ value: Double) {
            self.labels = labels
            self.value = value
        }

        /// A sample as given.
        package init(_ labels: [(String, String)], _ value: Double) {
            self.init(Labels(labels), value)
        }
    }

    /// The whole name; a counter's ends in `_total`.
    package let name: String
    /// How its values behave.
    package let kind: Kind
    /// One sentence without a full stop.
    package let help: String
    /// A line for each sample, those of one kind together: there can be hundreds of thousands.
    let lines: [UInt8]

    /// A family with these samples.
    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: some Sequence<Sample>) {
        self.name = name
        self.kind = kind
        self.help = help
        lines = samples.reduce(into: []) { MetricsText.append($1, of: name, to: &$0) }
    }

    /// A family of one sample without labels.
    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, CollectionOfOne(Sample(Labels(), value)))
    }
}
