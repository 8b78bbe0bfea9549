import Reporting
import SelfConnect
import TestSupport
import Testing

/// The exposition of the metrics.
@Suite struct MetricsTextTests {
    private static func text(_ families: [MetricFamily], _ format: MetricsText.Format) -> [UInt8] {
        let parts = MetricsText.parts(families, format)
        return MetricsText.merge(parts, [], format)
    }

    private static func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test(
        "The metrics of a host with a target of each verdict match the golden file",
        arguments: MetricsText.Format.allCases)
    func golden(_ format: MetricsText.Format) {
        let name = format == .prometheus ? "metrics.prometheus.txt" : "metrics.openmetrics.txt"
        GoldenFile(name).expect(Self.text(SnapshotMetrics.families(Example.snapshot, detail: .clients), format))
    }

    @Test(
        "promtool accepts the metrics",
        .enabled(if: Promtool.isInstalled, "promtool is not installed: apt install prometheus"))
    func promtool() {
        let (status, output) = Promtool.checkMetrics(
            Self.text(SnapshotMetrics.families(Example.snapshot, detail: .clients), .prometheus))
        #expect(status == 0 && output == "")
    }

    @Test(
        "No sample is repeated, and every family is contiguous after its HELP and TYPE",
        arguments: MetricsText.Format.allCases)
    func shape(_ format: MetricsText.Format) throws {
        var samples: Set<Substring> = []
        var families: [Substring] = []
        for line in Self.lines(Self.text(SnapshotMetrics.families(Example.snapshot, detail: .clients), format))
        where line != "# EOF" {
            let words = line.split(separator: " ")
            if line.hasPrefix("# HELP ") {
                #expect(!families.contains(words[2]), "\(words[2]) comes twice")
                families.append(words[2])
            } else if line.hasPrefix("#") {
                #expect(words[2] == families.last && (words[1] == "TYPE" || words[1] == "UNIT"))
            } else {
                let end = try #require(line.lastIndex(of: " "))
                #expect(samples.insert(line[..<end]).inserted, "\(line) stands twice")
                let family = try #require(families.last)
                #expect(line.hasPrefix(family), "\(line) under \(family)")
                #expect(Double(line[line.index(after: end)...]) != nil, "\(line)")
            }
        }
        #expect(families == families.sorted() && families.count > 15)
    }

    @Test("OpenMetrics ends with # EOF and names counter families without _total; the older text format does neither")
    func openMetrics() {
        let family = MetricFamily("a_total", .counter, "A", 1)
        #expect(
            Self.lines(Self.text([family], .openMetrics)) == ["# HELP a A", "# TYPE a counter", "a_total 1", "# EOF"])
        #expect(
            Self.lines(Self.text([family], .prometheus)) == ["# HELP a_total A", "# TYPE a_total counter", "a_total 1"])
        let info = MetricFamily("b_info", .info, "B", 1)
        #expect(Self.lines(Self.text([info], .openMetrics)) == ["# HELP b B", "# TYPE b info", "b_info 1", "# EOF"])
        #expect(Self.lines(Self.text([info], .prometheus))[1] == "# TYPE b_info gauge")
        let unit = MetricFamily("c_seconds_total", .counter, "C", 1)
        #expect(Self.lines(Self.text([unit], .openMetrics))[2] == "# UNIT c_seconds seconds")
    }

    @Test(
        "A label's value cannot end its quotes or its line",
        arguments: [
            ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("a\r\nb", "a\r\\nb"),
            ("\"\u{301}x", "\\\"\u{301}x"), ("\\\u{301}", "\\\\\u{301}"), ("é{}=,", "é{}=,"), ("", ""),
        ])
    func escaping(_ value: String, _ escaped: String) {
        let family = MetricFamily("a", .gauge, "A", [MetricFamily.Sample([("l", value)], 1)])
        let text = String(decoding: Self.text([family], .prometheus), as: UTF8.self)
        #expect(Array(text.utf8) == Array("# HELP a A\n# TYPE a gauge\na{l=\"\(escaped)\"} 1\n".utf8))
    }

    @Test(
        "Whole numbers have no fraction",
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.5, "0.5"), (1e-05, "1e-05"), (1_769_846_700, "1769846700"),
            (.infinity, "+Inf"),
        ]
            as [(Double, String)])
    func numbers(_ value: Double, _ expected: String) {
        #expect(Self.lines(Self.text([MetricFamily("a", .gauge, "A", value)], .prometheus)).last == "a \(expected)")
    }

    @Test("A family without samples is omitted, and two lists are merged by name") func merge() {
        let empty = MetricFamily("b", .gauge, "B", [])
        let first = MetricsText.parts([MetricFamily("c", .gauge, "C", 1), empty], .prometheus)
        let second = MetricsText.parts([MetricFamily("a", .gauge, "A", 1)], .prometheus)
        let names = Self.lines(MetricsText.merge(first, second, .prometheus)).filter { $0.hasPrefix("# TYPE") }
        #expect(names == ["# TYPE a gauge", "# TYPE c gauge"])
    }
}
