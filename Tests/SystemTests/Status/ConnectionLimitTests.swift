import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite("Limits on connections", .enabled(if: PrivateNetwork.isAvailable))
struct ConnectionLimitTests {
    private static let refused = "selfconnect_http_connections_refused_total"

    private static let displaced = "selfconnect_http_connections_ended_total{reason=\"displaced\"}"
    private static let ready = "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A document of several megabytes, so that the response to a client that does not read stays in progress.
    private static let large = """
        probe: {interval: 1h, loop: {interval: 0s}}
        map: {interval: 0s}
        targets: [{name: many, addresses: [127.0.0.1], ports: 50000-51999}]
        """

    @Test("A client above its limit loses its oldest waiting connection; other clients are not affected")
    func perClient() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("http: {connections: 20, connections-per-client: 3}")
            do {
                let first = try RawClient(), second = try RawClient(from: "127.0.0.9"), third = try RawClient()
                #expect(first.status(of: Self.ready) == 200)
                #expect(third.send("GET / HTTP/1.1\r\n"))
                let fourth = try RawClient()
                #expect(fourth.status(of: Self.ready) == 200)
                // The second: it has never sent a request, and connected before the third.
                #expect(second.text()?.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n") == true && !third.hasEnded)
                #expect(first.status(of: Self.ready) == 200)
                let fifth = try RawClient()
                #expect(fifth.status(of: Self.ready) == 200)
                #expect(Waiting.holds { third.hasEnded })
            }
            try daemon.waitUntilAlone()
            #expect(try daemon.metric(Self.displaced) == 2)
            #expect(try daemon.metric("\(Self.refused){reason=\"connections-per-client\"}") == 0)
        }
    }

    @Test("A client that reads no responses locks out neither other clients nor, for long, its own host")
    func underWay() throws {
        try PrivateNetwork.run(range: PortRange(50_000, 60_999), reserved: "") {
            let settings = "http: {connections: 2, write-timeout: 1h}\n\(Self.large)"
            let daemon = try RunningDaemon(settings, ["--listen", "127.0.0.1:9293", "--listen", "[::1]:9294"])
            do {
                let clients = try (0..<2).map { _ in try RawClient() }
                for client in clients { client.send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                let areUnderWay = Waiting.holds { clients.allSatisfy { $0.hasReceived } }
                #expect(areUnderWay)
                // Another client has fewer connections and need not wait.
                #expect(try Answer.get("http://[::1]:9294/-/healthy")?.status == 200)
                let isAnswered = try Waiting.holds(every: .milliseconds(100)) {
                    let status = try daemon.get("/-/healthy").status
                    #expect([200, 503].contains(status))
                    return status == 200
                }
                #expect(isAnswered)
                withExtendedLifetime(clients) {}
            }
        }
    }

    @Test("A local user with incomplete requests on all connections locks out no other client")
    func halfRequests() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("targets: [{name: web, ports: 40002}]")
            var random = SeededGenerator(seed: 1)
            func half() throws -> RawClient {
                let client = try RawClient(from: "127.0.0.\(Int.random(in: 2...250, using: &random))")
                client.send("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n")
                return client
            }
            var holders = try (0..<256).map { _ in try half() }
            for _ in 0..<30 {
                #expect(try daemon.get("/-/healthy").status == 200)
                // A closed connection is opened again at once.
                for index in holders.indices where holders[index].hasEnded { holders[index] = try half() }
            }
            #expect(holders.count == 256)
        }
    }

    @Test("Every client of a burst above the limit is answered") func burst() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("http: {connections: 8}")
            kill(daemon.program.process, SIGSTOP)
            let stat = "/proc/\(daemon.program.process)/stat"
            #expect(try Waiting.holds { try KernelFile.text(stat).contains(") T ") })
            let clients = try (0..<40).map { _ in try RawClient() }
            for client in clients { client.send(Self.ready) }
            kill(daemon.program.process, SIGCONT)
            #expect(clients.count { $0.receive()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true } == 40)
        }
    }

    @Test("Any number of clients leaves the daemon the descriptors that it needs")
    func descriptors() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            // 64 for the daemon, and one for its listener. No client is closed for being slow.
            var daemon = try RunningDaemon(
                """
                probe: {interval: 1s, loop: {interval: 0s}}
                http: {header-timeout: 1h, idle-timeout: 1h}
                targets: [{name: web, ports: 40002}]
                """,
                environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "3000000"],
                wrapper: ["prlimit", "--nofile=80"])
            let warning = "the limit on open descriptors is too low for http.connections: 15 at once instead of 256"
            #expect(daemon.program.errors.contains(warning), "\(daemon.program.errors)")
            let before = (passes: try daemon.passCount(), probes: try daemon.directedProbeCount())
            while manager.receive() != nil {}
            do {
                let clients = try (0..<100).map { _ in try RawClient() }
                // One per second.
                let rhythm = manager.rhythm(of: "WATCHDOG=1", times: 8)
                #expect(daemon.program.wait(within: .zero) == nil, "\(daemon.program.errors)")
                #expect(rhythm.pauses.count == 8, "\(rhythm)")
                #expect(rhythm.mean > .milliseconds(830) && rhythm.longest < .seconds(3), "\(rhythm)")
                #expect(Waiting.holds { clients.count { $0.hasEnded } >= 85 })
                #expect(clients.count { $0.hasEnded } == 85)
            }
            try daemon.waitUntilAlone()
            let hasRoom = Waiting.holds {
                (try? RawClient().status(of: "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 200
            }
            #expect(hasRoom)
            #expect(try daemon.passCount() >= before.passes + 5)
            if let probes = before.probes {
                #expect(try #require(try daemon.directedProbeCount()) >= probes + 2 * 3 * 5)
            }
            #expect(try daemon.target("127.0.0.1:40002").verdict == "susceptible")
            #expect(try daemon.metric("selfconnect_http_accept_pauses_total") == 0)
            #expect(!daemon.program.errors.contains("EMFILE"), "\(daemon.program.errors)")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A reload keeps the daemon's reserve of descriptors and reports a low limit again")
    func reloadedShare() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("http: {connections: 15}", wrapper: ["prlimit", "--nofile=80"])
            #expect(!daemon.program.errors.contains("the limit on open descriptors"))
            let addresses = (1...8).map { ", 127.0.0.\($0):9294" }.joined()
            #expect(try daemon.reloaded("listen: [127.0.0.1:9293\(addresses)]"))
            let warning = "the limit on open descriptors is too low for http.connections: 7 at once instead of 256"
            #expect(daemon.program.errors.contains(warning), "\(daemon.program.errors)")
            let more = (11...19).map { ", 127.0.0.\($0):9294" }.joined()
            #expect(try !daemon.reloaded("listen: [127.0.0.1:9293\(addresses)\(more)]"))
            let fault =
                "the limit on open descriptors is 80, and with 9 new addresses to listen on at once the daemon needs 81"
            #expect(daemon.program.errors.contains(fault), "\(daemon.program.errors)")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("Above 64 MiB of unsent data, clients that do not read are closed, and others are soon served again")
    func unreadAnswers() throws {
        try PrivateNetwork.run(range: PortRange(50_000, 60_999), reserved: "") {
            // 8,000 targets make a document of several megabytes.
            let daemon = try RunningDaemon(
                """
                probe: {interval: 1h, loop: {interval: 0s}}
                map: {interval: 0s}
                targets: [{name: many, addresses: [127.0.0.1], ports: 50000-57999}]
                """)
            let size = try #require(try daemon.get("/v1/status").fields["content-length"].flatMap { Int($0) })
            var clients: [RawClient] = []
            // The part of each response that the kernel buffers is not pending in the daemon.
            for _ in 0..<(64 << 20) / (size / 4) {
                let client = try RawClient()
                client.send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
                clients.append(client)
                #expect(try daemon.get("/-/healthy").status == 200)
            }
            let ended = "selfconnect_http_connections_ended_total{reason=\"unread\"}"
            let isRelieved = try Waiting.holds {
                let answer = try daemon.get("/v1/status")
                #expect([200, 503].contains(answer.status))
                guard answer.status == 200 else { return false }
                return (try daemon.metric(ended) ?? 0) >= 1
            }
            #expect(isRelieved, "\(clients.count) clients, \(size) octets each")
        }
    }

    @Test(
        "The reason of the end of a connection is counted",
        arguments: [
            ("GET /-/ready HTTP/1.0\r\n\r\n", "last-answer"),
            ("GET /\(String(repeating: "x", count: 1100)) HTTP/1.1\r\n", "request-line-too-long"),
            ("GET / HTTP/1.1\r\nA: \(String(repeating: "x", count: 1100))\r\n", "head-too-large"),
            ("GET / HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 11))", "head-too-large"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n", "unwanted-content"),
            ("GET / HTTP/1.1\r\n", "request-timeout"), ("", "idle"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1", "request-timeout"),
            ("GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n", "idle"),
            (String(repeating: "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 5), "request-limit"),
            ("\u{1}", "bad-request"),
        ])
    func ends(sent: String, reason: String) throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon(
                """
                http: {request-line-size: 1024, head-size: 1100, fields: 10, content-size: 20, requests-per-connection: 4,
                  header-timeout: 1s, content-timeout: 900ms, idle-timeout: 1s, linger-timeout: 100ms}
                """)
            let name = "selfconnect_http_connections_ended_total{reason=\"\(reason)\"}"
            let before = try daemon.metric(name) ?? 0
            let client = try RawClient()
            client.send(sent)
            let isCounted = try Waiting.holds(every: .milliseconds(50)) {
                try daemon.metric(name) == before + 1
            }
            #expect(isCounted, "\(daemon.program.errors)")
            withExtendedLifetime(client.hasEnded) {}
        }
    }
}
