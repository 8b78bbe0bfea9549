import SelfConnect
import Testing

@testable import StatusClient

/// The output of `check --npd` for node-problem-detector.
@Suite struct NodeProblemReportTests {
    private typealias Example = CheckExample

    @Test(
        "A real exposure is a problem, a hindered probe is unknown, everything else is fine",
        arguments: Verdict.allCases)
    func verdicts(_ verdict: Verdict) {
        let expected: Int32 =
            switch verdict {
            case .selfConnected, .stolen, .susceptible: 1
            case .inconclusive: 2
            case .latent, .guarded, .redirected, .reserved, .outsideRange, .notSelf: 0
            }
        for severity in Severity.allCases {
            let report = NodeProblemReport.report(Example.facts(Example.fine, Example.target(verdict, severity)))
            #expect(report.status == expected, "\(severity)")
        }
    }

    @Test(
        "The line has the same content in at most 80 octets, without performance data",
        arguments: [
            (Example.facts(), 0, "no ports watched"),
            (Example.facts(Example.fine, Example.latent), 0, "0 of 2 ports exposed"),
            (Example.facts(Example.critical), 1, "1 of 1 port exposed: 127.0.0.1:50010 hdfs-datanode"),
            (
                Example.facts(Example.critical, Example.rare, Example.hindered), 1,
                "2 of 3 ports exposed: 127.0.0.1:50010 hdfs-datanode, 127.0.0.1:50011 rare"
            ),
            (
                Example.facts(Example.fine, Example.hindered), 2,
                "0 of 2 ports exposed, 1 inconclusive: 127.0.0.1:50030 filtered"
            ),
            (.unknown("no response"), 2, "no response"),
        ] as [(StatusResult, Int32, String)])
    func lines(_ finding: StatusResult, _ status: Int32, _ line: String) {
        let report = NodeProblemReport.report(finding)
        #expect(report.line == line)
        #expect(report.status == status)
    }

    @Test("Of 10,000 exposed targets the most severe is named and the others are counted") func manyTargets() {
        let report = NodeProblemReport.report(Example.manyExposed)
        #expect(report.line == "10,000 of 12,000 ports exposed: 127.0.0.1:60000 highest and 9,999 more")
    }

    @Test("Stale findings of a hung daemon stay a problem, and a stale result without an exposure is unknown")
    func unhealthy() {
        var facts = StatusFacts(isHealthy: false, fault: "the probe loop stands still", targets: [Example.fine])
        let report = NodeProblemReport.report(.facts(facts))
        #expect(report.status == 2 && report.line == "the daemon is not healthy: the probe loop stands still")
        facts = StatusFacts(isHealthy: false, fault: facts.fault, targets: [Example.critical])
        #expect(NodeProblemReport.report(.facts(facts)).status == 1)
    }

    @Test(
        "Hindered targets are requested if none is exposed and latent ones keep them out of the summary",
        arguments: [
            (5, 1, 0, 1), (5, 9, 0, 3), (3, 9, 0, 3), (2, 9, 0, nil), (0, 0, 0, nil), (9, 0, 0, nil), (5, 9, 1, nil),
        ] as [(Int, Int, Int, Int?)])
    func missing(_ latent: Int, _ hindered: Int, _ exposed: Int, _ limit: Int?) {
        let targets =
            [StatusFacts.Target](repeating: Example.latent, count: latent)
            + [StatusFacts.Target](repeating: Example.hindered, count: hindered)
            + [StatusFacts.Target](repeating: Example.critical, count: exposed)
        let missing = NodeProblemReport.missing(in: StatusFacts(targets: targets))
        #expect(missing == limit.map { MissingTargets(verdict: .inconclusive, limit: $0) })
    }

    @Test("A self-connection on a port that is not watched is a problem of the node") func unwatched() {
        var facts = StatusFacts(targets: [Example.fine])
        facts.unwatchedSelfConnections = 1
        let report = NodeProblemReport.report(.facts(facts))
        #expect(report.status == 1 && report.line == "1 self-connection on a port that is not watched")
    }

    @Test("A failed reload is not a problem of the node") func reload() {
        let facts = StatusFacts(lastReloadSuccessful: false, targets: [Example.fine])
        #expect(NodeProblemReport.report(.facts(facts)).status == 0)
    }

    @Test("The line is limited in octets and cut between characters") func long() {
        let name = String(repeating: "ä", count: 200)
        let target = Example.target(.susceptible, .critical, 50010, name)
        #expect(
            NodeProblemReport.report(Example.facts(target)).line == "1 of 1 port exposed: 127.0.0.1:50010",
            "a name that does not fit is left out")
        for prefix in ["", "a"] {
            let line = NodeProblemReport.report(.unknown(prefix + name)).line
            #expect(line.utf8.count <= NodeProblemReport.limit && line.hasSuffix("ä..."), "\(line)")
        }
    }
}
