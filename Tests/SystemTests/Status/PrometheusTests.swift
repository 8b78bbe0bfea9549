import FoundationEssentials
import Glibc
import Linux
import TestSupport
import Testing

@Suite("Prometheus", .enabled(if: PrivateNetwork.isAvailable && access("/usr/bin/prometheus", X_OK) == 0))
struct PrometheusTests {
    /// The part of a response of the query API that is used.
    private struct QueryAnswer: Decodable {
        struct Result: Decodable {
            let metric: [String: String]
        }

        struct Content: Decodable {
            let result: [Result]
        }

        let status: String
        let data: Content
    }

    private static let settings = """
        global: {scrape_interval: 3s, scrape_timeout: 3s}
        scrape_configs:
          - job_name: selfconnectd
            static_configs: [{targets: ["127.0.0.1:9293"]}]
        """

    private static func results(_ query: String) throws -> [QueryAnswer.Result] {
        let arguments = ["--get", "--data-urlencode", "query=\(query)"]
        guard let answer = try Answer.get("http://127.0.0.1:9090/api/v1/query", arguments), answer.status == 200
        else { return [] }
        return try JSONDecoder().decode(QueryAnswer.self, from: Data(answer.content.utf8)).data.result
    }

    @Test("A real Prometheus scrapes the daemon and gives the samples back, strange names included") func scraped()
        throws
    {
        let file = try TemporaryFile(Self.settings, suffix: ".prometheus.yml")
        let config = file.path
        let folder = "\(config).data"
        defer { _ = try? Program.run("rm", ["-rf", folder]) }
        try PrivateNetwork.run {
            let name = "a \"name\" with \\ and ü"
            let daemon = try RunningDaemon("targets: [{name: 'a \"name\" with \\ and ü', ports: 40001}]")
            var prometheus = try Program(
                "/usr/bin/prometheus",
                [
                    "--config.file=\(config)", "--storage.tsdb.path=\(folder)",
                    "--web.listen-address=127.0.0.1:9090", "--log.level=warn",
                ])
            let isScraped = try Waiting.holds(every: .milliseconds(200)) {
                try Self.results("up{job=\"selfconnectd\"} == 1").count == 1
            }
            #expect(isScraped, "\(prometheus.errors)")
            let targets = try Self.results("selfconnect_target_susceptible == 1")
            #expect(Set(targets.map { $0.metric["endpoint"] }) == ["127.0.0.1:40001", "[::1]:40001"])
            #expect(targets.allSatisfy { $0.metric["target"] == name })
            let duration = "selfconnect_probe_duration_seconds_bucket{method=\"directed\", le=\"+Inf\"} > 0"
            #expect(try Self.results(duration).count == 1)
            #expect(try Self.results("selfconnect_build_info").first?.metric["version"] != nil)
            // It requested OpenMetrics and gzip, and got both.
            #expect(try Self.results("scrape_samples_scraped > 50").count == 1)
            #expect(!prometheus.errors.contains("level=error"), "\(prometheus.errors)")
            withExtendedLifetime(daemon.program.process) {}
            prometheus.send(SIGTERM)
            #expect(prometheus.wait() != nil)
        }
    }
}
