// The files for Prometheus and Grafana only use existing metrics.

import TestSupport
import Testing

/// config/prometheus-rules.yaml and the dashboards beside it.
@Suite struct MonitoringTests {
    @Test(
        "The rules and the dashboard use only metrics of a running daemon",
        .enabled(if: PrivateNetwork.isAvailable, "needs the right to make a network namespace"),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func names() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                "map: {cpu: 100%}\ntargets: [{name: web, ports: 40002}]", waitingFor: "/v1/map")
            let metrics = Self.names(in: try daemon.get("/metrics").content)
            for file in ["prometheus-rules.yaml", "grafana-dashboard.json", "grafana-fleet-dashboard.json"] {
                let used = Self.names(in: try Repository.text("config/\(file)"))
                #expect(!used.isEmpty && used.subtracting(metrics) == [], "\(file)")
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("Each rule fires when it should and not before", .enabled(if: hasPromtool, "needs promtool"))
    func rules() throws {
        for arguments in [
            ["check", "rules", Repository.path("config/prometheus-rules.yaml")],
            ["test", "rules", Repository.path("Tests/Monitoring/prometheus-rules.test.yaml")],
        ] {
            let outcome = try Program.run("promtool", arguments)
            #expect(outcome.end == .exited(0), "\(outcome.output) \(outcome.errors)")
        }
    }

    @Test("The files under config/ are those that the mixin generates", .enabled(if: hasJsonnet, "needs jsonnet"))
    func mixin() throws {
        let outcome = try Program.run(Repository.path("mixin/build.sh"), ["--check"])
        #expect(outcome.end == .exited(0), "\(outcome.errors)")
    }

    /// Every word that is a metric of the daemon; the name of a recording rule has another beginning.
    private static func names(in text: String) -> Set<String> {
        let words = text.split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        return Set(words.filter { $0.hasPrefix("selfconnect_") || $0.hasPrefix("process_") }.map(String.init))
    }

    private static let hasJsonnet = (try? Program.run("jsonnet", ["--version"]))?.end == .exited(0)
    private static let hasPromtool = (try? Program.run("promtool", ["--version"]))?.end == .exited(0)
}
