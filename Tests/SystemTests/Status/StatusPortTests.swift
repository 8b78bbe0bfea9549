import Linux
import TestSupport
import Testing

/// The HTTP port as clients see it.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct StatusPortTests {
    private static let json = "application/json"

    @Test("Every route answers GET and HEAD with the same fields and its type") func routes() throws {
        try Self.withDaemon { daemon in
            let rows = [
                ("/", Self.json), ("/v1/status", Self.json), ("/v1/summary", Self.json),
                ("/v1/targets", Self.json), ("/v1/kernel", Self.json),
                ("/v1/targets/web", Self.json), ("/v1/targets/127.0.0.1:40002", Self.json),
                ("/v1/targets/%5B::1%5D:40002", Self.json), ("/-/healthy", Self.json), ("/-/ready", Self.json),
                ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
            ]
            for (path, type) in rows {
                let get = try daemon.get(path)
                #expect(get.status == 200 && get.fields["content-type"] == type, "\(path): \(get)")
                #expect(get.fields["cache-control"] == "no-cache")
                #expect(get.fields["content-length"].flatMap { Int($0) } == get.content.utf8.count)
                let head = try daemon.get(path, "--head")
                #expect(head.status == 200 && head.content == "")
                // The metrics change with each response, and the date with the clock.
                let passing = path == "/metrics" ? ["date", "content-length"] : ["date"]
                #expect(
                    head.fields.filter { !passing.contains($0.key) }
                        == get.fields.filter { !passing.contains($0.key) }, "\(path)")
            }
        }
    }

    @Test("The documents match the contract") func documents() throws {
        try Self.withDaemon { daemon in
            let status = try daemon.status()
            #expect(status.service.name == "selfconnectd" && status.service.healthy && status.service.ready)
            #expect(status.service.listen.map(\.endpoint) == [RunningDaemon.listen])
            #expect(status.kernel.ephemeralRange == .init(first: 40000, last: 41000))
            #expect(status.summary.targets == 3 && status.summary.byVerdict == ["susceptible": 2, "outside-range": 1])
            let kernel: KernelAnswer = try daemon.get("/v1/kernel").decoded()
            #expect(kernel.reservedPorts == "40500-40509" && kernel.directedProbe == KernelFeature.hasLocalPortRange)
            let one: TargetAnswer = try daemon.get("/v1/targets/127.0.0.1:40002").decoded()
            #expect(one.name == "web" && one.source == "configured")
        }
    }

    @Test("The list of targets can be filtered") func filters() throws {
        try Self.withDaemon { daemon in
            let rows = [
                ("?verdict=susceptible", ["127.0.0.1:40002", "[::1]:40002"]), ("?severity=ok", [RunningDaemon.listen]),
                ("?verdict=susceptible,outside-range", ["127.0.0.1:40002", "[::1]:40002", RunningDaemon.listen]),
                ("?verdict=susceptible&severity=ok", []),
            ]
            for (query, endpoints) in rows {
                let answer: TargetsAnswer = try daemon.get("/v1/targets" + query).decoded()
                #expect(answer.targets.map(\.endpoint) == endpoints)
            }
        }
    }

    @Test("Requests that cannot be answered get a JSON error with the reason") func refusals() throws {
        try Self.withDaemon { daemon in
            let rows: [(Int, Answer)] = [
                (404, try daemon.get("/nothing")), (404, try daemon.get("/v1/targets/unknown")),
                (404, try daemon.get("/v1/targets/127.0.0.1:1")), (400, try daemon.get("/v1/targets?verdict=fine")),
                (405, try daemon.get("/v1/status", "--request", "DELETE")),
                (405, try daemon.get("/v1/status", "--data", "x")),
                (501, try daemon.get("/v1/status", "--request", "BREW")),
                (421, try daemon.get("/v1/status", "--header", "Host: attacker.example")),
            ]
            for (status, answer) in rows {
                #expect(answer.status == status && answer.fields["content-type"] == Self.json)
                let refusal: RefusalAnswer = try answer.decoded()
                #expect(refusal.error.status == status && !refusal.error.message.isEmpty)
                #expect(status != 405 || answer.fields["allow"] == "GET, HEAD, OPTIONS")
            }
        }
    }

    @Test("An unchanged document is not sent again") func entityTags() throws {
        try Self.withDaemon { daemon in
            let tag = try #require(try daemon.get("/v1/kernel").fields["etag"])
            let same = try daemon.get("/v1/kernel", "--header", "If-None-Match: \(tag)")
            #expect(same.status == 304 && same.content == "" && same.fields["etag"] == tag)
            let other = try daemon.get("/v1/kernel", "--header", "If-None-Match: \"other\"")
            #expect(other.status == 200 && other.fields["etag"] == tag)
        }
    }

    @Test("OpenMetrics is sent to clients that request it") func openMetrics() throws {
        try Self.withDaemon { daemon in
            let answer = try daemon.get("/metrics", "--header", "Accept: application/openmetrics-text; version=1.0.0")
            #expect(answer.fields["content-type"]?.hasPrefix("application/openmetrics-text; version=1.0.0") == true)
            #expect(answer.content.hasSuffix("# EOF\n"))
        }
    }

    @Test("promtool accepts the metrics", .enabled(if: Self.hasPromtool, "needs promtool"))
    func promtool() throws {
        try Self.withDaemon { daemon in
            let file = try TemporaryFile(try daemon.get("/metrics").content, suffix: ".prom")
            let outcome = try Program.run("sh", ["-c", "promtool check metrics < \(file.path)"])
            #expect(outcome.end == .exited(0) && outcome.output == "" && outcome.errors == "", "\(outcome)")
        }
    }

    @Test("A slow head is answered 408") func slowHead() throws {
        try Self.withDaemon("http: {header-timeout: 300ms}") { _ in
            let client = try RawClient()
            client.send("GET /v1/st")
            let answer = try #require(client.text().flatMap { Answer($0) })
            #expect(answer.status == 408 && answer.fields["connection"] == "close")
        }
    }

    @Test("The number of connections is limited, and a new client displaces one that waits")
    func tooMany() throws {
        try Self.withDaemon("http: {connections: 4}") { daemon in
            var clients = try (1...4).map { _ in try RawClient() }
            #expect(try Answer.get("http://127.0.0.1:9293/")?.status == 200)
            #expect(Waiting.holds { clients[0].hasEnded } && clients.dropFirst().allSatisfy { !$0.hasEnded })
            #expect(try daemon.metric("selfconnect_http_connections") ?? 5 <= 4)
            clients.removeAll()
            try daemon.waitUntilAlone()
            // Scrapes within a short time share one text.
            let isOne = try Waiting.holds { try daemon.metric("selfconnect_http_connections") == 1 }
            #expect(isOne)
        }
    }

    private static let hasPromtool = (try? Program.run("promtool", ["--version"]))?.end == .exited(0)

    /// A daemon that publishes once, without a map, so that responses can be compared.
    private static func withDaemon(
        _ settings: String = "", _ body: @escaping @Sendable (borrowing RunningDaemon) throws -> Void
    ) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                """
                probe: {interval: 1h, loop: {interval: 0s}}
                map: {interval: 0s}
                targets: [{name: web, ports: 40002}]
                \(settings)
                """)
            try body(daemon)
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
