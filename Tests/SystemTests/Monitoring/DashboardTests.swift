import FoundationEssentials
import SelfConnect
import TestSupport
import Testing

/// The dashboards under config/ against a real Prometheus.
@Suite("Dashboards") struct DashboardTests {
    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            struct Place: Decodable { let x, y, w, h: Int }
            struct Query: Decodable { let expr: String }
            let id: Int
            let title: String
            let gridPos: Place
            let targets: [Query]
        }
        let uid: String
        let panels: [Panel]

        init(_ file: String) throws {
            self = try JSONDecoder().decode(Self.self, from: Data(try Repository.text(file).utf8))
        }
    }

    private static let files = ["config/grafana-dashboard.json", "config/grafana-fleet-dashboard.json"]

    @Test("A dashboard is valid JSON, and its panels have distinct ids and places", arguments: files)
    func layout(_ file: String) throws {
        let panels = try Dashboard(file).panels
        #expect(Set(panels.map(\.id)).count == panels.count)
        #expect(Set(panels.map { [$0.gridPos.x, $0.gridPos.y] }).count == panels.count)
        #expect(panels.allSatisfy { $0.gridPos.x + $0.gridPos.w <= 24 && !$0.targets.isEmpty })
    }

    @Test(
        "Each query has a result for two hosts with problems",
        .enabled(
            if: PrivateNetwork.isAvailable && RunningPrometheus.isInstalled, "needs prometheus and a network namespace"),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func queries() throws {
        #expect(Set(try Self.files.map { try Dashboard($0).uid }).count == Self.files.count)
        try PrivateNetwork.run {
            let sockets = [Holding.selfConnected("127.0.0.1"), .source("127.0.0.1"), .listening("127.0.0.1")]
            let held = try zip(sockets, [40_100, 40_102, 40_104]).flatMap { try $0.take($1) }
            let configuration =
                "map: {cpu: 100%}\ntargets: {name: web, addresses: 127.0.0.1, ports: [40100, 40102, 40104, 40106]}"
            let first = try RunningDaemon(configuration, waitingFor: "/v1/map")
            let other = "listen: 127.0.0.1:9294\ntargets: {name: web, addresses: 127.0.0.1, ports: 40104}"
            let second = try RunningDaemon(other, listen: "127.0.0.1:9294")
            let prometheus = try RunningPrometheus(
                scraping: [9293, 9294], rules: Repository.text("config/prometheus-rules.yaml"))
            for panel in try Self.files.flatMap({ try Dashboard($0).panels }) {
                for query in panel.targets {
                    let text = query.expr.replacing("$instance", with: ".*").replacing("$job", with: ".*")
                        .replacing("$__rate_interval", with: "10s")
                    let hasResult = try Waiting.holds(every: .milliseconds(500)) { try !prometheus.query(text).isEmpty }
                    #expect(hasResult, "\(panel.title): \(text)")
                }
            }
            withExtendedLifetime((held, first.program.process, second.program.process)) {}
        }
    }
}
