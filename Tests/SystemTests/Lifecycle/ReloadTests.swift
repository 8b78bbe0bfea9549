import Glibc
import Linux
import TestSupport
import Testing

/// SIGHUP: what changes with the configuration file, and what does not. The range is 40000-41000, of which 40500-40509
/// are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ReloadTests {
    private static let web = "targets: [{name: web, ports: 40002}]"

    @Test("Targets are added and removed, and those that stay keep their state") func targets() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let before = try daemon.target("127.0.0.1:40002")
            let (passes, probes) = (try daemon.passCount(), try daemon.directedProbeCount())
            Thread.sleep(.milliseconds(20))
            let more = "targets: [{name: proxy, ports: 40002}, {name: new, ports: 40004, addresses: 127.0.0.1}]"
            #expect(try daemon.reloaded(more))
            let after = try daemon.target("127.0.0.1:40002")
            #expect(after.since == before.since && after.name == "proxy")
            #expect(try daemon.target("127.0.0.1:40004").verdict == "susceptible")
            #expect(try daemon.passCount() > passes, "counters go on")
            if let probes { #expect(try #require(try daemon.directedProbeCount()) > probes, "counters go on") }
            #expect(try daemon.reloaded("targets: []"))
            #expect(try daemon.status().targets.map(\.endpoint) == ["127.0.0.1:9293"])
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test(
        "An invalid file changes nothing, and its faults are reported until a valid one is loaded",
        arguments: [
            ("targets: [{name: web, ports: 40002-40001}]", ":1:30: the range 40002-40001 is empty"),
            ("listen: 127.0.0.1:40002", ":1:9: port 40002 lies inside the ephemeral range 40000-41000"),
            ("listen: 0.0.0.0:9293", ":1:9: 0.0.0.0:9293 can be reached from other hosts"),
            ("{listen: [127.0.0.1:9294, 192.0.2.1:9293], http: {open: true}}", "bind 192.0.2.1:9293: "),
            (
                "{listen: 0.0.0.0:9293, http: {open: true}}",
                ":1:10: bind 0.0.0.0:9293: Address already in use (EADDRINUSE): the daemon listens on 127.0.0.1:9293 itself;"
                    + " to change that takes a restart"
            ),
            ("listen: systemd", ":1:9: the service manager has passed no socket"),
            ("http: {token-file: /nowhere/token}", ":1:20: the token cannot be read: "),
        ])
    func badFile(_ text: String, _ fault: String) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let descriptors = try daemon.descriptorCount()
            let before = try daemon.status()
            #expect(try !daemon.reloaded(text))
            let after = try daemon.status()
            #expect(after.targets.map(\.since) == before.targets.map(\.since))
            #expect(after.service.listen.map(\.endpoint) == before.service.listen.map(\.endpoint))
            #expect(try daemon.metric("selfconnect_config_last_reload_successful") == 0)
            #expect(try Answer.get("http://127.0.0.1:9294/-/ready") == nil, "all or nothing")
            // Fewer if a probe was running at the first count.
            #expect(try Waiting.holds { try daemon.descriptorCount() <= descriptors })
            let log = daemon.program.errors
            #expect(
                log.contains(fault) && log.contains("reload failed; keeping the previous configuration\n"), "\(log)")
            #expect(try daemon.reloaded(Self.web))
            #expect(try daemon.metric("selfconnect_config_last_reload_successful") == 1)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("The log has a limited number of lines for a file with many faults") func manyFaults() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let faults = (0..<3000).map { "key\($0): 1" }.joined(separator: "\n")
            let start = Clock.monotonic
            for _ in 0..<10 { #expect(try !daemon.reloaded(faults)) }
            let lines = daemon.program.errors.split(separator: "\n")
            // A burst of 256 per level, mostly errors, and then eight per second.
            let more = Int((Clock.monotonic - start) / .seconds(1) * 8)
            #expect((200..<320 + more).contains(lines.count), "\(lines.count) lines, \(more) for the time")
            let isSuppressed = lines.contains {
                $0.hasSuffix("rate limit reached: suppressing further messages at this level")
            }
            // Where ten reloads take a minute, as under emulation, their lines never come too fast.
            #expect(isSuppressed || more > 300, "\(lines.count) lines, \(more) for the time")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A missing file does not reset the configuration to the defaults") func vanished() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let before = try daemon.status().service.config.lastReload
            rename(daemon.path, daemon.path + ".away")
            daemon.program.send(SIGHUP)
            #expect(try Waiting.holds { try daemon.status().service.config.lastReload != before })
            rename(daemon.path + ".away", daemon.path)
            #expect(try daemon.status().targets.count == 3)
            #expect(daemon.program.errors.contains("\(daemon.path): No such file or directory (ENOENT)\n"))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("Intervals, the level and the format of the log follow the file") func settings() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                "{probe: {interval: 1h, loop: {interval: 0s}}, log: {level: error}, targets: [{name: a, ports: 40002}]}"
            )
            #expect(try daemon.metric("selfconnect_probes_total{method=\"loop\"}") == 0)
            #expect(!daemon.program.errors.contains("ready"))
            let fast = """
                probe: {interval: 250ms, loop: {interval: 1s, cpu: 100%}}
                log: {format: json}
                targets: [{name: a, ports: 40002}]
                """
            #expect(try daemon.reloaded(fast))
            #expect(daemon.program.errors.contains("\"message\":\"reloaded\""))
            let isFaster = try Waiting.holds(every: .milliseconds(50)) {
                let loops = try daemon.metric("selfconnect_probes_total{method=\"loop\"}") ?? 0
                return try loops > 0 && daemon.passCount() > 6 && daemon.directedProbeCount() ?? .infinity > 50
            }
            #expect(isFaster)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("Listeners are added and removed, and connections outlive their listener") func listeners() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("listen: [127.0.0.1:9293, 127.0.0.1:9294]")
            let staying = try RawClient()
            let outliving = try RawClient(port: 9294)
            let request = "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
            #expect(staying.status(of: request) == 200 && outliving.status(of: request) == 200)
            #expect(try daemon.reloaded("listen: [\"[::1]:9295\", 127.0.0.1:9293]"))
            #expect(try daemon.status().service.listen.map(\.endpoint) == ["[::1]:9295", "127.0.0.1:9293"])
            #expect(try daemon.status().targets.map(\.endpoint) == ["[::1]:9295", "127.0.0.1:9293"])
            let isRefused = Waiting.holds { (try? RawClient(port: 9294)) == nil }
            #expect(isRefused, "nothing listens there any more")
            #expect(try Answer.get("http://[::1]:9295/-/ready")?.status == 200)
            #expect(staying.status(of: request) == 200 && outliving.status(of: request) == 200)
            #expect(daemon.program.errors.contains("listening addresses=[::1]:9295 127.0.0.1:9293\n"))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("Access rules and limits follow the file") func access() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let token = try TemporaryFile("secret\n", suffix: ".token")
            chmod(token.path, 0o600)
            try daemon.reload("http: {token-file: \(token.path)}")
            let asks = try Waiting.holds { try daemon.get("/v1/status").status == 401 }
            #expect(asks)
            #expect(try daemon.get("/v1/status", "-H", "Authorization: Bearer secret").status == 200)
            try token.replace(with: "other\n")
            daemon.program.send(SIGHUP)
            let isRenewed = try Waiting.holds {
                try daemon.get("/v1/status", "-H", "Authorization: Bearer other").status == 200
            }
            #expect(isRenewed)
            try daemon.reload("http: {connections: 1, connections-per-client: 1}")
            #expect(try Waiting.holds { try daemon.get("/v1/status").status == 200 })
            try daemon.waitUntilAlone()
            let only = try RawClient()
            #expect(only.status(of: "GET /-/ready HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200)
            // There is one connection, which the next client gets.
            #expect(try daemon.get("/-/ready").status == 200)
            #expect(Waiting.holds { only.hasEnded })
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A SIGHUP at any moment of the start does not end the daemon") func early() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile(Self.web)
            var program = try Program(Binary.path, ["run", "--config", file.path])
            let isListening = Waiting.holds(every: .milliseconds(1)) {
                program.errors.contains("listening")
            }
            #expect(isListening)
            for _ in 0..<20 { program.send(SIGHUP) }
            #expect(
                try Waiting.holds {
                    try Answer.get("http://\(RunningDaemon.listen)/-/ready")?.status == 200
                })
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
        }
    }
}
