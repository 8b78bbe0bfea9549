// The files for Prometheus and Grafana only use existing metrics.

import FoundationEssentials
import TestSupport
import Testing

/// config/prometheus-rules.yaml and config/grafana-dashboard.json.
@Suite struct MonitoringTests {
    @Test(
        "The rules and the dashboard name metrics of a running daemon only",
        .enabled(if: PrivateNetwork.isAvailable, "needs the right to make a network namespace"))
    func names() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]", waitingFor: "/v1/map")
            let metrics = Self.names(in: try daemon.get("/metrics").content)
            for file in ["config/prometheus-rules.yaml", "config/grafana-dashboard.json"] {
                let used = Self.names(in: try Repository.text(file))
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

    @Test("The dashboard is JSON, and no two of its panels share a number or a place") func dashboard() throws {
        let data = Data(try Repository.text("config/grafana-dashboard.json").utf8)
        let panels = try JSONDecoder().decode(Dashboard.self, from: data).panels
        #expect(Set(panels.map(\.id)).count == panels.count)
        #expect(Set(panels.map { [$0.gridPos.x, $0.gridPos.y] }).count == panels.count)
        #expect(panels.allSatisfy { $0.gridPos.x + $0.gridPos.w <= 24 && !$0.targets.isEmpty })
    }

    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Place: Decodable { let x, y, w, h: Int }
            struct Query: Decodable { let expr: String }
            let id: Int
            let gridPos: Place
            let targets: [Query]
        }
        let panels: [Panel]
    }

    /// Every word that is a metric of the daemon.
    private static func names(in text: String) -> Set<String> {
        let words = text.split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "_") }
        return Set(words.filter { $0.hasPrefix("selfconnect_") || $0.hasPrefix("process_") }.map(String.init))
    }

    private static let hasPromtool = (try? Program.run("promtool", ["--version"]))?.end == .exited(0)
}
