/// Renders metric families as text.
package enum MetricsText {
    /// The format of the text.
    package enum Format: Sendable, Hashable, CaseIterable {
        /// Prometheus text 0.0.4.
        case prometheus
        /// OpenMetrics 1.0.
        case openMetrics

        /// The value of Content-Type; Prometheus 3 rejects other values.
        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    /// The text of one family, to be merged with others in the order of their names.
    package struct Part: Sendable {
        let name: String
        /// HELP, TYPE and the samples.
        package let bytes: [UInt8]
    }

    /// The text of each of these families, sorted by name.
    package static func parts(_ families: [MetricFamily], _ format: Format) -> [Part] {
        families.map { Part(name: title(of: $0, format), bytes: bytes($0, format)) }.sorted { $0.name < $1.name }
    }

    /// Adjacent parts from one of two lists.
    package enum Run: Sendable {
        /// Indices in the first list.
        case first(Range<Int>)
        /// Parts of the second list, joined.
        case second([UInt8])
    }

    /// Merges two sorted lists of parts. The end mark, if the format has one, is part of the second list.
    package static func interleaved(_ first: [Part], _ second: [Part], _ format: Format) -> [Run] {
        var runs: [Run] = []
        var start = 0
        var text: [UInt8] = []
        for part in second {
            let end = first[start...].firstIndex { $0.name > part.name } ?? first.endIndex
            if end > start {
                if !text.isEmpty { runs.append(.second(text)) }
                runs.append(.first(start..<end))
                text = []
                start = end
            }
            text += part.bytes
        }
        if !text.isEmpty { runs.append(.second(text)) }
        if start < first.endIndex { runs.append(.first(start..<first.endIndex)) }
        if format == .openMetrics { runs.append(.second([UInt8]("# EOF\n".utf8))) }
        return runs
    }

    /// Joins adjacent parts.
    package static func joined(_ parts: ArraySlice<Part>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count })
        for part in parts { text += part.bytes }
        return text
    }

    /// Merges two sorted lists of parts into one text.
    package static func merge(_ first: [Part], _ second: [Part], _ format: Format) -> [UInt8] {
        interleaved(first, second, format).reduce(into: []) { text, run in
            switch run {
            case .first(let places): text += joined(first[places])
            case .second(let own): text += own
            }
        }
    }

    /// One family: HELP, TYPE, and its samples; empty without samples.
    private static func bytes(_ family: MetricFamily, _ format: Format) -> [UInt8] {
        guard !family.lines.isEmpty else { return [] }
        let title = title(of: family, format)
        var text = [UInt8]("# HELP \(title) ".utf8)
        append(family.help, quoted: false, to: &text)
        text += "\n# TYPE \(title) \(type(of: family, format))\n".utf8
        if format == .openMetrics, let unit = unit(of: title) { text += "# UNIT \(title) \(unit)\n".utf8 }
        return text + family.lines
    }

    /// OpenMetrics omits `_total` and `_info` in the names of counter and info families.
    private static func title(of family: MetricFamily, _ format: Format) -> String {
        guard format == .openMetrics else { return family.name }
        if family.kind == .counter, family.name.hasSuffix("_total") { return String(family.name.dropLast(6)) }
        if family.kind == .info, family.name.hasSuffix("_info") { return String(family.name.dropLast(5)) }
        return family.name
    }

    private static func type(of family: MetricFamily, _ format: Format) -> String {
        family.kind == .info && format == .prometheus ? "gauge" : family.kind.rawValue
    }

    private static func unit(of title: String) -> String? {
        ["seconds", "bytes"].first { title.hasSuffix("_" + $0) }
    }

    /// The line of a sample, which is the same in both formats.
    static func append(_ sample: MetricFamily.Sample, of family: String, to text: inout [UInt8]) {
        text += family.utf8
        if !sample.labels.text.isEmpty {
            text.append(UInt8(ascii: "{"))
            text += sample.labels.text
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: " "))
        text += number(sample.value).utf8
        text.append(UInt8(ascii: "\n"))
    }

    /// Integers without a fraction.
    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        guard let whole = Int64(exactly: value) else { return "\(value)" }
        return "\(whole)"
    }

    /// Works on octets: a Character may combine a quotation mark with an accent, or a line feed with a carriage return.
    static func append(_ value: String, quoted: Bool, to text: inout [UInt8]) {
        for octet in value.utf8 {
            switch octet {
            case UInt8(ascii: "\\"): text += "\\\\".utf8
            case UInt8(ascii: "\n"): text += "\\n".utf8
            case UInt8(ascii: "\"") where quoted: text += "\\\"".utf8
            default: text.append(octet)
            }
        }
    }
}
