import HTTP
import Linux
import Reporting
import SelfConnect
import TestSupport
import Testing

@testable import StatusServer

/// docs/metrics.md against the families.
@Suite struct MetricsDocumentTests {
    /// A metric as the document or the exposition has it.
    private struct Entry: Hashable {
        var name: String
        var type: String
        var labels: [String]
        var help: String
    }

    /// By the heading of its table.
    private static func documented() throws -> [String: [Entry]] {
        let sections = try Repository.text("docs/metrics.md").split(separator: "\n## ")
        return Dictionary(
            uniqueKeysWithValues: sections.map { section in
                let lines = section.split(separator: "\n")
                let rows = lines.filter { $0.hasPrefix("| `") }.map { row in
                    row.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
                }
                return (
                    String(lines[0]),
                    rows.filter { $0.count == 4 || $0.count == 3 && $0[2].hasPrefix("| ") }.map(entry)
                )
            })
    }

    private static func entry(_ row: [Substring]) -> Entry {
        // A row without labels has an empty cell, whose bars share a space.
        let cells = row.count == 4 ? row : [row[0], row[1], "", row[2].dropFirst(2)]
        let labels = cells[2].split(separator: ", ").map { $0.filter { $0 != "`" } }
        return Entry(
            name: cells[0].filter { $0 != "`" }, type: String(cells[1]), labels: labels.sorted(), help: String(cells[3])
        )
    }

    /// What the exposition of these families has.
    private static func exposed(_ families: [MetricFamily]) -> [Entry] {
        let parts = MetricsText.parts(families, .openMetrics)
        let text = String(decoding: MetricsText.merge(parts, [], .openMetrics), as: UTF8.self)
        let lines = text.split(separator: "\n")
        return families.map { family in
            let samples = lines.filter { $0.hasPrefix(family.name + "{") || $0.hasPrefix(family.name + " ") }
            let labels = samples.flatMap { $0.matches(of: /([a-z]+)="/).map { String($0.1) } }
            return Entry(
                name: family.name, type: family.kind.rawValue, labels: Set(labels).sorted(), help: family.help)
        }
    }

    private static func families(_ detail: MetricsDetail) -> [MetricFamily] {
        [Example.snapshot, MapExample.snapshot].flatMap { SnapshotMetrics.families($0, detail: detail) } + service
    }

    private static var service: [MetricFamily] {
        var requests = RequestCounts()
        requests.count(200, "/metrics")
        var connections = ConnectionCounts()
        connections.count(.idle)
        return ServiceMetrics.families(
            Example.service, usage: ProcessUsage.current(), requests: requests, connections: connections,
            droppedLogLines: 0) + ServiceMetrics.passes(oldestVerdict: .seconds(1))
    }

    @Test(
        "The document has each metric with its type, labels and HELP, in the table of its detail, and no other",
        arguments: [
            (.summary, ["Aggregates"]), (.targets, ["Aggregates", "Targets"]),
            (.clients, ["Aggregates", "Targets", "Client kinds"]),
        ] as [(MetricsDetail, [String])])
    func document(_ detail: MetricsDetail, _ sections: [String]) throws {
        let documented = try Self.documented()
        let expected = try Set(sections.flatMap { try #require(documented[$0]) })
        let exposed = Set(Self.exposed(Self.families(detail)))
        #expect(exposed.subtracting(expected) == [], "not in docs/metrics.md, or otherwise")
        #expect(expected.subtracting(exposed) == [], "only in docs/metrics.md")
    }

    @Test("No label has a name that Prometheus or its operator attaches") func labels() {
        let attached: Set = [
            "job", "instance", "endpoint", "namespace", "service", "pod", "container", "node", "cluster",
        ]
        for entry in Self.exposed(Self.families(.clients)) { #expect(attached.isDisjoint(with: entry.labels)) }
    }

    @Test("A target has four samples, and a summary none per target") func samplesOfTarget() {
        func samples(_ detail: MetricsDetail) -> Int {
            let parts = MetricsText.parts(SnapshotMetrics.families(Example.snapshot, detail: detail), .prometheus)
            let text = String(decoding: MetricsText.merge(parts, [], .prometheus), as: UTF8.self)
            return text.split(separator: "\n").count { $0.hasPrefix("selfconnect_target_") }
        }
        #expect(samples(.summary) == 0)
        #expect(samples(.targets) == 4 * Example.targets.count)
    }
}
