import FoundationEssentials
import Primitives
import Reporting
import SelfConnect
import TestSupport
import Testing

/// The map as JSON, text and metrics.
@Suite struct MapReportTests {
    private struct Document: Decodable {
        struct Run: Decodable {
            var first, last: UInt16
            var outcome: String
            var holder: String?
        }

        var complete, measured: Bool
        var self_connected_share: Double?
        var hindrance: String?
        var ports: Int
        var by_outcome, by_holder: [String: Int]
        var reserved_ports: String
        var runs: [Run]
    }

    @Test("The map can be rebuilt from the runs of the document") func document() throws {
        let document = try JSONDecoder().decode(Document.self, from: Data(JSONDocuments.map(MapExample.map).octets))
        #expect(document.complete && document.ports == 1001 && document.reserved_ports == "40500-40509")
        #expect(document.runs.first?.first == 40_000 && document.runs.last?.last == 41_000)
        for run in document.runs {
            for port in run.first...run.last {
                let entry = try #require(MapExample.map[port])
                #expect(run.outcome == entry.outcome.rawValue && run.holder == entry.holder?.rawValue)
            }
        }
        #expect(document.by_outcome["not-available"] == 5 && document.by_holder["listening"] == 2)
        #expect(document.by_outcome.values.reduce(0, +) == 1001)
    }

    /// The map in a file.
    private static func text(_ map: PortMap) -> String { TerminalStyle.plain.text(MapText.lines(map)) }

    @Test("On a terminal lines have the colours of what a target there would be, and none is broken")
    func colors() {
        let lines = MapText.lines(MapExample.map)
        let shown = TerminalStyle(width: 40, usesColor: true).text(lines)
        #expect(shown.split(separator: "\n").count == Self.text(MapExample.map).split(separator: "\n").count)
        let severities = Dictionary(grouping: lines, by: \.severity).mapValues { $0.map(\.text) }
        #expect(
            severities[.critical] == [
                "  !    connected to itself, now: 1", "40010               1  not-available     self-connected",
            ])
        #expect(severities[.ok]?.contains { $0.hasPrefix("40500-40504") } == true)
        #expect(severities[.warning]?.contains { $0.hasSuffix("listening") } == true)
        #expect(severities[.notice]?.last?.hasSuffix("redirected") == true)
        #expect(severities[nil]?.contains { $0.hasSuffix("  self-connected") } == true)
    }

    @Test("The map on a terminal matches the golden file") func golden() {
        GoldenFile("map.txt").expect([UInt8](Self.text(MapExample.map).utf8))
    }

    @Test(
        "The map fits 80 columns and one screen for every range",
        arguments: [
            (1, 65_535), (1024, 65_535), (32_768, 60_999), (40_000, 40_000), (65_535, 65_535), (40_000, 40_200),
        ] as [(UInt16, UInt16)])
    func size(_ first: UInt16, _ last: UInt16) {
        let kernel = KernelFacts(ephemeralRange: PortRange(first, last))
        let map = PortMap(
            of: .loopback6, kernel: kernel, at: Example.moment(),
            hindrance: "8 ports gave no answer, as with a packet filter that drops"
        ) { PortMap.Entry($0 % 2 == 0 ? .selfConnected : .notAvailable, $0 % 3 == 0 ? .selfConnected : nil) }
        let lines = Self.text(map).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 } && lines.count < 90)
        let drawn = lines.filter { line in line.dropFirst(6).first?.isNumber == true && line.hasPrefix(" ") }
        #expect(drawn.count <= 16)
    }

    private static func lines(_ snapshot: Snapshot) -> [Substring] {
        let parts = MetricsText.parts(SnapshotMetrics.families(snapshot, detail: .targets), .prometheus)
        let text = String(decoding: MetricsText.merge(parts, [], .prometheus), as: UTF8.self)
        return text.split(separator: "\n").filter { $0.hasPrefix("selfconnect_map_") }
    }

    @Test("A map without measurements says so in every format, and never that no port is exposed")
    func unmeasured() throws {
        let kernel = KernelFacts(
            ephemeralRange: PortRange(40_000, 41_000), reservedPorts: Example.kernel.reservedPorts, directedProbe: false
        )
        var sweep = PortSweep(of: .loopback4, kernel: kernel, at: Example.moment(40))
        sweep.compare(with: SocketTable())
        let map = sweep.map(at: Example.moment(40))
        let words =
            "On which of the 1001 ports a client can connect to itself was not measured: this kernel has no"
            + " IP_LOCAL_PORT_RANGE."
        let text = Self.text(map)
        #expect(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words), "\(text)")
        let picture = String(decoding: MapRenderer.svg(map), as: UTF8.self)
        #expect(picture.split(separator: words).count == 3, "as the description and for the eyes")
        let document = try JSONDecoder().decode(Document.self, from: Data(JSONDocuments.map(map).octets))
        #expect(!document.measured && !document.complete && document.self_connected_share == nil)
        #expect(document.by_outcome == ["reserved": 10, "skipped": 991])
        #expect(document.hindrance == "this kernel has no IP_LOCAL_PORT_RANGE")
        var snapshot = Example.snapshot
        snapshot.map = .taken(map)
        #expect(Self.lines(snapshot).isEmpty)
        let page = String(decoding: StatusPage.html(PageSource(snapshot), Example.service), as: UTF8.self)
        #expect(page.contains("<p class=\"quiet\">\(words)</p>"))
        for output in [text, picture, page] { #expect(!output.contains("on 0 of") && !output.contains("(0 %)")) }
    }

    @Test("The share of an incomplete map is that of its known ports") func incomplete() {
        let map = PortMap(
            of: .loopback4, kernel: Example.kernel, at: Example.moment(40), hindrance: "something was in the way"
        ) { $0 < 40_100 ? PortMap.Entry($0 % 2 == 0 ? .selfConnected : .notAvailable) : PortMap.Entry(.skipped) }
        let text = Self.text(map).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            text.contains(
                "A client can connect to itself on 50 of 1001 ports; 901 others were not measured."))
        #expect(map.exposedShare == 0.5)
        #expect(text.contains("Not complete: something was in the way."))
    }

    @Test("The metrics count the ports by outcome and have no samples without a map") func metrics() throws {
        let lines = Self.lines
        let found = lines(MapExample.snapshot)
        #expect(found.contains("selfconnect_map_ports{outcome=\"reserved\"} 10"))
        #expect(found.contains("selfconnect_map_ports{outcome=\"self-connected\"} 980"), "\(found)")
        #expect(found.contains("selfconnect_map_timestamp_seconds 1769846740"))
        #expect(found.count == PortMap.Outcome.allCases.count + 1)
        #expect(lines(Example.snapshot).isEmpty)
    }
}
