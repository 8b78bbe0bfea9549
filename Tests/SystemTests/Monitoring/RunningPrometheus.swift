import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// A real Prometheus in the calling thread's network namespace, which scrapes and evaluates each second.
struct RunningPrometheus: ~Copyable {
    /// A sample of a query's result.
    struct Result: Decodable {
        let metric: [String: String]
    }

    static let isInstalled = access("/usr/bin/prometheus", X_OK) == 0

    private let program: Program
    private let rules: TemporaryFile
    private let settings: TemporaryFile

    /// Starts it.
    ///
    /// - Parameters:
    ///   - ports: of the daemons on 127.0.0.1, a host each.
    ///   - labels: labels that are attached to the daemons, as service discovery does.
    ///   - rules: the text of a file of rules.
    init(scraping ports: [UInt16] = [9293], labels: String = "{}", rules: String = "groups: []") throws {
        let rules = try TemporaryFile(rules, suffix: ".rules.yml")
        let targets = ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        let settings = try TemporaryFile(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ["\(rules.path)"]
            scrape_configs:
              - job_name: selfconnectd
                static_configs: [{targets: [\(targets)], labels: \(labels)}]
            """, suffix: ".prometheus.yml")
        let program = try Program(
            "/usr/bin/prometheus",
            [
                "--config.file=\(settings.path)", "--storage.tsdb.path=\(settings.path).data",
                "--web.listen-address=127.0.0.1:9090", "--log.level=warn",
            ])
        let count = ports.count
        let isScraped = try Waiting.holds(every: .milliseconds(200)) { try Self.results("up == 1")?.count == count }
        try #require(isScraped, "\(program.errors)")
        self.program = program
        self.rules = rules
        self.settings = settings
    }

    deinit { _ = try? Program.run("rm", ["-rf", "\(settings.path).data"]) }

    /// What it logs, errors and warnings.
    var log: String { program.errors }

    /// The result of a query now.
    func query(_ text: String) throws -> [Result] {
        try #require(try Self.results(text), "Prometheus does not respond: \(log)")
    }

    /// Nil if it does not respond.
    private static func results(_ text: String) throws -> [Result]? {
        let arguments = ["--get", "--data-urlencode", "query=\(text)"]
        guard let answer = try Answer.get("http://127.0.0.1:9090/api/v1/query", arguments), answer.status == 200
        else { return nil }
        return try JSONDecoder().decode(QueryAnswer.self, from: Data(answer.content.utf8)).data.result
    }

    /// The names of the alerts that fire.
    func firing() throws -> [String] {
        try query("ALERTS{alertstate=\"firing\"}").compactMap { $0.metric["alertname"] }.sorted()
    }

    private struct QueryAnswer: Decodable {
        struct Content: Decodable { let result: [Result] }
        let data: Content
    }
}
