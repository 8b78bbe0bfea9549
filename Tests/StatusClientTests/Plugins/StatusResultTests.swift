// How a plug-in interprets the response of a daemon, of another version, and of another program.

import Primitives
import Reporting
import SelfConnect
import TestSupport
import Testing

@testable import StatusClient

@Suite struct StatusResultTests {
    private static func finding(_ status: Int, _ content: String) -> StatusResult {
        StatusResult(status: status, content: Array(content.utf8), from: "127.0.0.1:9293")
    }

    /// A document with one target and these values.
    private static func document(
        name: String = "selfconnectd", ready: Bool = true, verdict: String = "latent", severity: String = "warning",
        targets: Int = 1, named: String = "most_severe"
    ) -> String {
        """
        {"service": {"name": "\(name)", "healthy": true, "ready": \(ready), "config": {"last_reload_successful": true}},
         "summary": {
           "targets": \(targets), "by_verdict": {"\(verdict)": 1}, "by_severity": {"\(severity)": 1},
           "\(named)": [
             {"name": "web", "endpoint": "127.0.0.1:80", "verdict": "\(verdict)", "severity": "\(severity)",
              "first_step": "kill 812"}]}}
        """
    }

    @Test("The counts and the most severe targets of the daemon's own document are read") func own() throws {
        var service = Example.service
        service.fault = "the HTTP loop stands still"
        service.reloadFault = "f.yaml:1:1: unknown key"
        let finding = StatusResult(
            status: 200, content: JSONDocuments.summary(Example.snapshot, service).octets, from: "127.0.0.1:9293")
        guard case .facts(let facts) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(facts.isReady && !facts.isHealthy && !facts.lastReloadSuccessful)
        #expect(facts.fault == "the HTTP loop stands still" && facts.reloadFault == "f.yaml:1:1: unknown key")
        let expected = Example.targets.prefix(5).map { watched in
            StatusFacts.Target(
                name: watched.target.name, endpoint: "\(watched.target.endpoint)",
                verdict: watched.finding.assessment.verdict, severity: watched.finding.assessment.severity,
                firstStep: watched.finding.steps.first?.text(in: nil))
        }
        let step = "ss -K -t src 127.0.0.1:40010 dst 127.0.0.1:40010"
        #expect(facts.mostSevere == expected && expected.first?.firstStep == step)
        #expect(facts.verdicts == Dictionary(uniqueKeysWithValues: Verdict.allCases.map { ($0, 1) }))
        #expect(facts.severities == [.critical: 3, .warning: 2, .notice: 1, .ok: 4])
    }

    @Test("Every verdict and every severity is read", arguments: Verdict.allCases, Severity.allCases)
    func words(_ verdict: Verdict, _ severity: Severity) {
        let finding = Self.finding(200, Self.document(verdict: verdict.rawValue, severity: severity.rawValue))
        let target = StatusFacts.Target(
            name: "web", endpoint: "127.0.0.1:80", verdict: verdict, severity: severity, firstStep: "kill 812")
        #expect(
            finding == .facts(StatusFacts(verdicts: [verdict: 1], severities: [severity: 1], mostSevere: [target])))
    }

    @Test(
        "An invalid document is unknown, with the reason",
        arguments: [
            (200, "", "127.0.0.1:9293 answered with something that is not JSON"),
            (200, "<html>", "127.0.0.1:9293 answered with something that is not JSON"),
            (200, "{\"service\": ", "127.0.0.1:9293 answered with something that is not JSON"),
            (200, "{}", "127.0.0.1:9293 answered with JSON that is not the status of selfconnectd"),
            (200, "[1, 2]", "127.0.0.1:9293 answered with JSON that is not the status of selfconnectd"),
            (
                200, document(name: "other"),
                "127.0.0.1:9293 answered with JSON that is not the status of selfconnectd"
            ),
            (200, document(ready: false), "127.0.0.1:9293 is not ready: its first pass is not complete"),
            (
                503, #"{"error": {"status": 503, "message": "The first pass is not complete yet."}}"#,
                "127.0.0.1:9293 answered 503: The first pass is not complete yet."
            ),
            (503, "<html>", "127.0.0.1:9293 answered 503"),
            (
                404, "",
                "127.0.0.1:9293 answered 404: it has no /v1/summary: a daemon older than this program has to be updated"
            ),
            (
                200, document(named: "targets"),
                "127.0.0.1:9293 has no counts by severity in /v1/summary: the daemon is older than this program"
                    + " (\(Version.text)); update it, or restart it if the update is installed"
            ),
            (
                200, document(targets: 2),
                "127.0.0.1:9293 answered with JSON that is not the status of selfconnectd"
            ),
            (
                401, #"{"error": {"status": 401, "message": "Bearer token required."}}"#,
                "127.0.0.1:9293 answered 401: give its token with --token-file (Bearer token required.)"
            ),
            (401, "", "127.0.0.1:9293 answered 401: give its token with --token-file"),
        ])
    func unknown(_ status: Int, _ content: String, _ reason: String) {
        #expect(Self.finding(status, content) == .unknown(reason))
    }

    @Test("An unknown word of another version never counts as ok") func foreignWords() {
        for content in [Self.document(verdict: "doomed"), Self.document(severity: "fatal")] {
            guard case .unknown(let reason) = Self.finding(200, content) else {
                Issue.record("taken for facts: \(content)")
                continue
            }
            #expect(
                reason.hasPrefix("127.0.0.1:9293 returned the unknown ") && reason.contains("(this is selfconnectd"),
                "\(reason)")
        }
    }
}
