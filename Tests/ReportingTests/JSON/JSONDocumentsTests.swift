import FoundationEssentials
import Primitives
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

    struct Remedy: Decodable, Equatable {
        var now: [String]?
        var reserve: String?
        var lasting: String?
    }

    struct Guard: Decodable, Equatable {
        var state: String
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

    private static let context = TargetContext(remedies: Example.remedies)

    private static func status() -> JSONText {
        JSONDocuments.status(Example.snapshot, Example.service, targets: TargetList(Example.targets, Self.context))
    }

    private static func text(_ document: JSONText) -> String { String(decoding: document.octets, as: UTF8.self) }

    private static func targets(_ document: JSONText) throws -> [ReadTarget] {
        struct Targets: Decodable { var targets: [ReadTarget] }
        return try JSONDecoder().decode(Targets.self, from: Data(document.octets)).targets
    }

    @Test("The summary is the status without targets and has at most 2 kB") func summary() throws {
        let summary = JSONDocuments.summary(Example.snapshot, Example.service)
        #expect(summary.octets.count <= 2_048)
        #expect(Self.text(Self.status()).hasPrefix(Self.text(summary).dropLast(2) + #","targets":["#))
    }

    @Test("The summary names the most severe targets, at most five, and none that needs no action") func mostSevere()
        throws
    {
        struct Document: Decodable {
            struct Summary: Decodable {
                struct Named: Decodable {
                    var name: String
                    var first_step: String?
                }

                var by_severity: [String: Int]
                var most_severe: [Named]
            }

            var summary: Summary
        }
        func summary(_ targets: [WatchedTarget]) throws -> Document.Summary {
            var snapshot = Example.snapshot
            snapshot.targets = targets
            let text = JSONDocuments.summary(snapshot, Example.service).octets
            return try JSONDecoder().decode(Document.self, from: Data(text)).summary
        }
        let all = try summary(Example.targets.reversed() + Example.targets.prefix(1))
        #expect(all.most_severe.map(\.name) == ["cron", "cron", "web", "open", "hdfs"])
        #expect(all.most_severe.map { $0.first_step != nil } == [true, true, true, false, false])
        #expect(all.by_severity == ["critical": 4, "warning": 2, "notice": 1, "ok": 4])
        let fine = try summary(Example.targets.filter { $0.finding.assessment.severity < .warning })
        #expect(fine.most_severe.isEmpty && fine.by_severity == ["notice": 1, "ok": 4])
        let none = try summary([])
        #expect(none.most_severe.isEmpty && none.by_severity.isEmpty)
    }

    @Test("The status of a host with a target of each verdict matches the golden file") func golden() {
        GoldenFile("status.json").expect(Self.status().indented.octets)
    }

    @Test(
        "The target of every verdict has exactly the keys of the contract",
        arguments: Verdict.allCases.indices)
    func keys(_ index: Int) throws {
        let status = try JSONDecoder().decode(Status.self, from: Data(Self.status().octets))
        let target = try Self.targets(JSONDocuments.probe(Example.kernel, Example.targets, Example.remedies))[index]
        #expect(target.verdict == Verdict.allCases[index].rawValue)
        #expect(Set(target.clients.keys) == ["connect", "bind", "bind-late", "range"])
        #expect((target.holder != nil) == (index == 0 || index == 1 || index == 3))
        #expect((target.directed != nil) == (index < 8))
        #expect((target.remedy?.reserve != nil) == (index < 5 || index == 6))
        #expect((target.remedy?.now != nil) == (index < 2) && (target.guard != nil) == (index == 5))
        #expect((target.loop != nil) == (index == 2) && (target.previous_verdict != nil) == (index == 2))
        #expect(target.history == nil && target.same_name == nil)
        let listed = status.targets[index]
        #expect(listed.verdict == target.verdict && listed.directed == nil && listed.loop == nil)
        #expect(status.summary.targets == 10 && status.summary.by_verdict.values.allSatisfy { $0 == 1 })
    }

    @Test("The susceptible target has its exposures, probe and loop") func susceptible() throws {
        let document = try #require(JSONDocuments.target("open", in: TargetIndex(Example.targets, Self.context)))
        let target = try JSONDecoder().decode(ReadTarget.self, from: Data(document.octets))
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
        let targets = TargetList(Example.targets, Self.context)
        let document = JSONDocuments.targets(targets, of: targets.grades(of: verdicts, severities))
        #expect(try Self.targets(document).count == count)
        #expect(Self.text(document).hasPrefix("{\"total\":\(count),"))
    }

    @Test("A target is found by its name or its endpoint, IPv4-mapped or not; an unknown one is not")
    func lookup() throws {
        for name in ["hdfs", "127.0.0.1:40004", "[::ffff:127.0.0.1]:40004"] {
            let document = try #require(JSONDocuments.target(name, in: TargetIndex(Example.targets, Self.context)))
            let target = try JSONDecoder().decode(ReadTarget.self, from: Data(document.octets))
            #expect(target.endpoint == "127.0.0.1:40004")
        }
        for name in ["", "HDFS", "127.0.0.1:40005", "[::1]:40004"] {
            #expect(JSONDocuments.target(name, in: TargetIndex(Example.targets, Self.context)) == nil)
        }
    }

    @Test("A slice starts at its offset, and its total is that of the whole list") func slices() throws {
        let targets = TargetList(Example.targets, Self.context)
        let names = Example.targets.map(\.target.name)
        for (slice, range) in [
            (ListSlice(limit: 2), 0..<2), (ListSlice(offset: 7), 7..<10), (ListSlice(offset: 8, limit: 9), 8..<10),
            (ListSlice(offset: 10), 10..<10), (ListSlice(offset: .max, limit: .max), 10..<10),
        ] {
            let document = JSONDocuments.targets(targets, slice)
            #expect(try Self.targets(document).map(\.name) == Array(names[range]))
            #expect(Self.text(document).hasPrefix("{\"total\":10,"))
        }
    }

    @Test("The fingerprint covers everything except the times of a pass") func fingerprint() {
        func fingerprint(_ change: (inout Snapshot) -> Void) -> Fingerprint {
            var snapshot = Example.snapshot
            change(&snapshot)
            return JSONDocuments.status(
                snapshot, Example.service, targets: TargetList(snapshot.targets, TargetContext(snapshot))
            ).fingerprint
        }
        let first = fingerprint { _ in }
        #expect(
            first
                == fingerprint {
                    ($0.times.lastPass, $0.times.published) = (Example.moment(99), Example.moment(100))
                })
        let again = Example.targets.map { watched in
            var watched = watched
            let evidence = watched.finding.evidence
            _ = watched.record(Finding(watched.target, at: Example.moment(99), evidence: evidence))
            return watched
        }
        #expect(first == fingerprint { $0.targets = again })
        #expect(first != fingerprint { $0.targets.swapAt(0, 1) })
        var updated = Example.kernel
        updated.release = "7.0"
        #expect(first != fingerprint { _ = $0.drift.record(updated, at: Example.moment(12)) })
        #expect(first != fingerprint { $0.targets[3] = $0.targets[0] })
    }

    @Test("The same snapshot gives the same octets, with a line feed at the end") func stable() {
        let first = Self.status().octets
        #expect((0..<20).allSatisfy { _ in Self.status().octets == first })
        #expect(first.last == UInt8(ascii: "\n"))
    }

    @Test("The documents of probe, kernel and index have their content") func others() throws {
        let probe = JSONDocuments.probe(Example.kernel, Example.targets, Example.remedies)
        #expect(try Self.targets(probe).count == 10)
        let kernel = Self.text(JSONDocuments.kernel(Example.snapshot))
        #expect(kernel.contains(#""reserved_ports":"40500-40509""#) && kernel.contains(#""directed_probe":true"#))
        #expect(Self.text(JSONDocuments.index(["/metrics"])).contains("/metrics"))
    }
}
