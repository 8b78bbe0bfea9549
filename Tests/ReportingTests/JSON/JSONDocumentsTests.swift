import FoundationEssentials
import Reporting
import SelfConnect
import TestSupport
import Testing

/// The part of a target that programs use.
struct ReadTarget: Decodable, Equatable {
    struct Client: Decodable, Equatable {
        var exposure: String
        var expected_attempts: Double?
    }

    struct Probe: Decodable, Equatable {
        var client, outcome, at: String
        var attempts: Int
        var elapsed_seconds: Double
        var local, peer: String?
        var confidence: Double?
    }

    struct Holder: Decodable, Equatable {
        var state: String
        var uid: Int
        var unit: String?
        var pid: Int?
        var command: String?
    }

    struct Change: Decodable, Equatable {
        var verdict: String
        var previous: String?
    }

    var name, endpoint, source, verdict, severity, since, reason, proof: String
    var previous_verdict: String?
    var clients: [String: Client]
    var holder: Holder?
    var directed: [Probe]?
    var loop: Probe?
    struct Remedy: Decodable, Equatable {
        var now: [String]?
        var reserve: String?
        var lasting: String?
    }

    struct Guard: Decodable, Equatable {
        var state: String
    }

    var remedy: Remedy?
    var `guard`: Guard?
    var history: [Change]?
    var same_name: [String]?
}

/// The documents for programs.
@Suite struct JSONDocumentsTests {
    private struct Status: Decodable {
        struct Summary: Decodable {
            var targets: Int
            var by_verdict: [String: Int]
        }

        var summary: Summary
        var targets: [ReadTarget]
    }

    private static func status() -> [UInt8] {
        JSONDocuments.status(
            Example.snapshot, Example.service,
            targets: TargetList(Example.targets, TargetContext(remedies: Example.remedies)))
    }

    private static func targets(_ bytes: [UInt8]) throws -> [ReadTarget] {
        struct Targets: Decodable { var targets: [ReadTarget] }
        return try JSONDecoder().decode(Targets.self, from: Data(bytes)).targets
    }

    @Test("The summary is the status without its targets, and at most 2 kB") func summary() throws {
        let summary = JSONDocuments.summary(Example.snapshot, Example.service)
        let text = String(decoding: summary, as: UTF8.self)
        #expect(summary.count <= 2_048 && !text.contains("\"targets\": ["))
        struct Summary: Decodable {
            struct Counts: Decodable { var targets: Int }
            var summary: Counts
        }
        #expect(try JSONDecoder().decode(Summary.self, from: Data(summary)).summary.targets == Example.targets.count)
    }

    @Test("The status of a host with a target of each verdict") func golden() {
        GoldenFile("status.json").expect(Self.status())
    }

    @Test(
        "Every verdict's target has the keys of the contract, and no others are invented for it",
        arguments: Verdict.allCases.indices)
    func keys(_ index: Int) throws {
        let bytes = Self.status()
        let status = try JSONDecoder().decode(Status.self, from: Data(bytes))
        let target = status.targets[index]
        #expect(target.verdict == Verdict.allCases[index].rawValue)
        #expect(Set(target.clients.keys) == ["connect", "bind", "bind-late", "range"])
        #expect((target.holder != nil) == (index == 0 || index == 1 || index == 3))
        #expect((target.directed != nil) == (index < 8))
        #expect((target.remedy?.reserve != nil) == (index < 5 || index == 6))
        #expect((target.remedy?.now != nil) == (index < 2) && (target.guard != nil) == (index == 5))
        #expect((target.loop != nil) == (index == 2) && (target.previous_verdict != nil) == (index == 2))
        #expect(target.history == nil && target.same_name == nil)
        #expect(status.summary.targets == 10 && status.summary.by_verdict.values.allSatisfy { $0 == 1 })
    }

    @Test("The susceptible one tells its exposure, probe and loop") func susceptible() throws {
        let bytes = try #require(
            JSONDocuments.target("open", in: TargetIndex(Example.targets, TargetContext(remedies: Example.remedies))))
        let target = try JSONDecoder().decode(ReadTarget.self, from: Data(bytes))
        #expect(target.clients["connect"] == ReadTarget.Client(exposure: "likely", expected_attempts: 444))
        #expect(target.clients["bind"] == ReadTarget.Client(exposure: "rare"))
        #expect(target.loop?.attempts == 439 && target.loop?.confidence == 1 && target.loop?.elapsed_seconds == 0.002)
        #expect(target.since == "2026-01-31T08:05:10.000Z" && target.previous_verdict == "inconclusive")
        #expect(target.history?.map(\.verdict) == ["susceptible", "inconclusive", "susceptible"])
        #expect(target.directed?.map(\.client) == ["connect", "bind"])
    }

    @Test(
        "Targets are filtered by verdict and severity",
        arguments: [
            (nil, nil, 10), ([.susceptible, .latent], nil, 2), (nil, [.critical], 3), ([.latent], [.critical], 0),
            ([], nil, 0),
        ] as [(Set<Verdict>?, Set<Severity>?, Int)])
    func filters(_ verdicts: Set<Verdict>?, _ severities: Set<Severity>?, _ count: Int) throws {
        let targets = TargetList(Example.targets, TargetContext(remedies: Example.remedies))
        let bytes = JSONDocuments.targets(targets, of: targets.grades(of: verdicts, severities))
        #expect(try Self.targets(bytes).count == count)
        // A program may compare whole responses: an empty list has the encoder's format.
        #expect(count > 0 || bytes == Array("{\n  \"targets\" : [\n\n  ]\n}\n".utf8))
    }

    @Test("A target is found by its name or its endpoint, mapped or not; another is not") func lookup() throws {
        for name in ["hdfs", "127.0.0.1:40004", "[::ffff:127.0.0.1]:40004"] {
            let bytes = try #require(
                JSONDocuments.target(name, in: TargetIndex(Example.targets, TargetContext(remedies: Example.remedies))))
            #expect(try JSONDecoder().decode(ReadTarget.self, from: Data(bytes)).endpoint == "127.0.0.1:40004")
        }
        for name in ["", "HDFS", "127.0.0.1:40005", "[::1]:40004"] {
            #expect(
                JSONDocuments.target(name, in: TargetIndex(Example.targets, TargetContext(remedies: Example.remedies)))
                    == nil)
        }
    }

    @Test("The same snapshot gives the same octets, with a line feed at the end") func stable() {
        let first = Self.status()
        #expect((0..<20).allSatisfy { _ in Self.status() == first })
        #expect(first.last == UInt8(ascii: "\n"))
    }

    @Test("The documents are those of probe, kernel and index too") func others() throws {
        let probe = JSONDocuments.probe(Example.kernel, Example.targets, Example.remedies)
        #expect(try Self.targets(probe).count == 10)
        let kernel = String(decoding: JSONDocuments.kernel(Example.snapshot), as: UTF8.self)
        #expect(kernel.contains("\"reserved_ports\" : \"40500-40509\"") && kernel.contains("\"directed_probe\" : true"))
        #expect(String(decoding: JSONDocuments.index(["/metrics"]), as: UTF8.self).contains("/metrics"))
    }
}
