import SelfConnect
import Testing

@testable import StatusClient

/// The output of `check` for Nagios.
@Suite struct NagiosReportTests {
    private typealias Example = CheckExample

    private static let none =
        "exposed=0;;;0;1 self_connected=0;;;0;1 stolen=0;;;0;1 susceptible=0;;;0;1 latent=0;;;0;1 inconclusive=0;;;0;1"
        + " unwatched_self_connections=0;;;0;"

    @Test("Every severity has its state, and every state its exit status", arguments: Severity.allCases)
    func severities(_ severity: Severity) {
        let expected: [Severity: Int32] = [.ok: 0, .notice: 0, .warning: 1, .critical: 2]
        #expect(NagiosReport.state(of: severity).rawValue == expected[severity])
        let report = NagiosReport.report(Example.facts(Example.fine, Example.target(.latent, severity), Example.fine))
        #expect(report.status == expected[severity])
        #expect(NagiosReport.report(.unknown("why")).status == 3)
    }

    @Test(
        "The line has the state, the number of exposed ports, and their names",
        arguments: [
            (
                Example.facts(Example.fine), 0,
                "SELFCONNECT OK - 0 of 1 port exposed | \(none)"
            ),
            (Example.facts(Example.noticed), 0, "SELFCONNECT OK - 0 of 1 port exposed | \(none)"),
            (
                Example.facts(Example.fine, Example.critical), 2,
                "SELFCONNECT CRITICAL - 1 of 2 ports exposed: 127.0.0.1:50010 hdfs-datanode (susceptible)"
                    + " | exposed=1;;;0;2 self_connected=0;;;0;2 stolen=0;;;0;2 susceptible=1;;;0;2 latent=0;;;0;2"
                    + " inconclusive=0;;;0;2 unwatched_self_connections=0;;;0;"
            ),
            (
                Example.facts(Example.latent, Example.rare, Example.hindered, Example.critical), 2,
                "SELFCONNECT CRITICAL - 2 of 4 ports exposed, 1 latent, 1 inconclusive: 127.0.0.1:50010 hdfs-datanode"
                    + " (susceptible), 127.0.0.1:50011 rare (susceptible), 127.0.0.1:50020 hdfs-ipc (latent),"
                    + " 127.0.0.1:50030 filtered (inconclusive) | exposed=2;;;0;4 self_connected=0;;;0;4 stolen=0;;;0;4"
                    + " susceptible=2;;;0;4 latent=1;;;0;4 inconclusive=1;;;0;4"
                    + " unwatched_self_connections=0;;;0;"
            ),
            (
                Example.facts(), 0,
                "SELFCONNECT OK - no ports watched | exposed=0;;;0;0 self_connected=0;;;0;0 stolen=0;;;0;0"
                    + " susceptible=0;;;0;0 latent=0;;;0;0 inconclusive=0;;;0;0"
                    + " unwatched_self_connections=0;;;0;"
            ),
            (.unknown("no response"), 3, "SELFCONNECT UNKNOWN - no response"),
        ] as [(StatusResult, Int32, String)])
    func lines(_ finding: StatusResult, _ status: Int32, _ line: String) {
        let report = NagiosReport.report(finding)
        #expect(report.line == line)
        #expect(report.status == status)
    }

    @Test("A target that is only hindered, rare or latent is a warning, never OK and never unknown")
    func warnings() {
        for target in [Example.hindered, Example.rare, Example.latent] {
            #expect(NagiosReport.report(Example.facts(target, Example.fine)).status == 1, "\(target)")
        }
    }

    @Test("An unhealthy daemon or a failed reload is at least a warning with the reason")
    func service() {
        var facts = StatusFacts(targets: [Example.fine])
        facts.isHealthy = false
        #expect(
            NagiosReport.report(.facts(facts)).line.hasPrefix(
                "SELFCONNECT WARNING - 0 of 1 port exposed; the daemon is not healthy | "))
        facts.fault = "the probe loop stands still"
        facts.lastReloadSuccessful = false
        let both = NagiosReport.report(.facts(facts))
        #expect(both.status == 1)
        #expect(
            both.line.hasPrefix(
                "SELFCONNECT WARNING - 0 of 1 port exposed; the daemon is not healthy: the probe loop stands still;"
                    + " the last reload failed | "))
        facts = StatusFacts(
            lastReloadSuccessful: false, reloadFault: "a.yaml:1:1: unknown key | “x”", targets: [Example.critical])
        #expect(NagiosReport.report(.facts(facts)).status == 2)
        #expect(NagiosReport.report(.facts(facts)).line.contains("failed: a.yaml:1:1: unknown key ¦ “x” | "))
    }

    @Test("A self-connection on a port that is not watched is a warning, beside whatever the targets are")
    func unwatched() {
        var facts = StatusFacts(targets: [Example.fine])
        facts.unwatchedSelfConnections = 1
        let report = NagiosReport.report(.facts(facts))
        let text = "; 1 self-connection on a port that is not watched | "
        #expect(report.line.hasPrefix("SELFCONNECT WARNING - 0 of 1 port exposed" + text) && report.status == 1)
        #expect(report.line.hasSuffix(" unwatched_self_connections=1;;;0;"))
        facts = StatusFacts(targets: [Example.critical])
        facts.unwatchedSelfConnections = 2
        #expect(NagiosReport.report(.facts(facts)).status == 2)
        #expect(
            NagiosReport.report(.facts(facts)).line.contains("; 2 self-connections on ports that are not watched | "))
    }

    @Test("Of 10,000 exposed targets the most severe are named and the others are counted") func manyTargets() {
        let report = NagiosReport.report(Example.manyExposed)
        #expect(
            report.line.hasPrefix(
                "SELFCONNECT CRITICAL - 10,000 of 12,000 ports exposed: 127.0.0.1:60000 highest (self-connected),"
                    + " 127.0.0.1:40000 s0 (susceptible), 127.0.0.1:40001 s1 (susceptible),"
                    + " 127.0.0.1:40002 s2 (susceptible), 127.0.0.1:40003 s3 (susceptible) and 9,995 more | "))
        #expect(report.line.contains("exposed=10000;;;0;12000 self_connected=1;;;0;12000"))
    }

    @Test("A target in another network namespace is named with its namespace") func namespace() {
        let report = NagiosReport.report(
            Example.facts(Example.target(.stolen, .critical, 80, "web", namespace: "blue")))
        #expect(report.line.contains(": 127.0.0.1:80 in blue web (stolen) | "))
    }

    @Test("The first step of each target that is named follows in a line of its own; a long command is left out whole")
    func steps() {
        let step = "ss -K -t src 127.0.0.1:50010 dst 127.0.0.1:50010"
        let long = "systemctl restart " + String(repeating: "a", count: 200)
        let report = NagiosReport.report(
            Example.facts(
                Example.target(.selfConnected, .critical, firstStep: step), Example.latent,
                Example.target(.stolen, .warning, 80, "web", namespace: "blue", firstStep: "kill 812"),
                Example.target(.stolen, .critical, 81, firstStep: long)))
        #expect(
            report.details == ["127.0.0.1:50010 hdfs-datanode: \(step)", "127.0.0.1:80 in blue web: kill 812"])
        #expect(report.text == ([report.line] + report.details).joined(separator: "\n"))
        #expect(NodeProblemReport.report(.facts(StatusFacts(targets: [Example.critical]))).details.isEmpty)
    }

    @Test(
        "No name can end the line, control a terminal or pass for performance data",
        arguments: [
            "a|b=1", "a\nb", "a\r\nb", "a\u{1B}[31mb", "a\0b", "a\u{85}b", "a\u{2028}b", "\u{9B}2J", "|", "\u{7F}",
        ])
    func hostile(_ text: String) {
        let target = StatusFacts.Target(
            name: text, endpoint: "e\(text)", namespace: text, verdict: .susceptible, severity: .critical,
            firstStep: "kill 1\(text)")
        let facts = StatusFacts(isHealthy: false, fault: text, targets: [target])
        for finding in [StatusResult.facts(facts), .unknown(text)] {
            let report = NagiosReport.report(finding)
            #expect(report.details.isEmpty, "a changed command would be another command")
            let line = report.line
            #expect(line.unicodeScalars.allSatisfy { !$0.properties.isControl }, "\(line)")
            let bars = line.split(separator: "|", omittingEmptySubsequences: false)
            #expect(bars.count == (finding == .unknown(text) ? 1 : 2), "\(line)")
            let short = NodeProblemReport.report(finding).line
            #expect(short.unicodeScalars.allSatisfy { !$0.properties.isControl && $0 != "|" }, "\(short)")
        }
    }

    @Test("The line stays below the limit of monitoring agents for names of any length") func long() {
        let name = String(repeating: "n", count: 256)
        let target = StatusFacts.Target(
            name: name, endpoint: "[2001:db8:1111:2222:3333:4444:5555:6666%interface000000]:50010",
            namespace: name, verdict: .selfConnected, severity: .critical)
        let facts = StatusFacts(
            isHealthy: false, fault: name, lastReloadSuccessful: false, reloadFault: name,
            targets: [StatusFacts.Target](repeating: target, count: 20_000))
        let line = NagiosReport.report(.facts(facts)).line
        #expect(line.utf8.count < 1_400, "\(line.utf8.count)")
        #expect(line.contains(String(repeating: "n", count: 39) + "… (self-connected)"))
        #expect(NagiosReport.report(.unknown(name + name)).line.utf8.count < 500)
    }
}

extension Unicode.Scalar.Properties {
    /// Cc, Zl or Zp.
    fileprivate var isControl: Bool { [.control, .lineSeparator, .paragraphSeparator].contains(generalCategory) }
}
