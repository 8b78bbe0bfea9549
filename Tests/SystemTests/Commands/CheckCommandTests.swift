import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd check` and a real daemon. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct CheckCommandTests {
    /// The command's line without its line feed, and its exit status; it writes one line, and nothing to stderr.
    private static func check(_ arguments: [String] = []) throws -> (line: String, status: Int32) {
        let outcome = try Program.run(Binary.path, ["check"] + arguments)
        #expect(outcome.errors == "")
        #expect(outcome.output.hasSuffix("\n") && outcome.output.count(where: \.isNewline) == 1, "\(outcome.output)")
        guard case .exited(let status) = outcome.end else {
            Issue.record("\(outcome.end)")
            return ("", -1)
        }
        return (String(outcome.output.dropLast()), status)
    }

    private static func expect(
        _ arguments: [String], _ line: String, _ status: Int32, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try check(arguments)
        #expect(outcome.line == line, sourceLocation: sourceLocation)
        #expect(outcome.status == status, sourceLocation: sourceLocation)
    }

    /// How much later than its timeout a command may end, less than the default of the timeout. Its start takes time, too.
    private static let slack = Duration.seconds(TestScale.share < 1 ? 8 : 2)

    private static let exposed = "targets: [{name: web, addresses: [127.0.0.1], ports: 40002}]"

    @Test("An exposed port is critical, and ok after it is reserved") func remedied() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("probe: {interval: 1s}\n" + Self.exposed)
            let critical = try Self.check()
            #expect(critical.status == 2)
            let text =
                "SELFCONNECT CRITICAL - 1 of 2 ports exposed: 127.0.0.1:40002 web (susceptible) | exposed=1;;;0;2 "
            #expect(critical.line.hasPrefix(text), "\(critical.line)")
            try Self.expect(["--npd"], "1 of 2 ports exposed: 127.0.0.1:40002 web", 1)
            try PrivateNetwork.write("40002,40500-40509", to: "net/ipv4/ip_local_reserved_ports")
            let isFine = try Waiting.holds(every: .milliseconds(100)) {
                try Self.check().status == 0
            }
            #expect(isFine)
            #expect(try Self.check().line.hasPrefix("SELFCONNECT OK - 0 of 2 ports exposed | exposed=0;;;0;2 "))
            try Self.expect(["--npd"], "0 of 2 ports exposed", 0)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A port that another socket has taken is critical, and the first step that frees it follows") func stolen()
        throws
    {
        try PrivateNetwork.run {
            let source = try Holding.source("127.0.0.1", isBound: true).take(40_002)
            let daemon = try RunningDaemon(Self.exposed)
            let outcome = try Program.run(Binary.path, ["check"])
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(outcome.end == .exited(2) && lines.count == 3 && lines.last == "", "\(outcome.output)")
            #expect(lines[0].contains("127.0.0.1:40002 web (stolen) | "))
            #expect(lines[1].hasPrefix("127.0.0.1:40002 web: ss -K -t src 127.0.0.1:40002 dst 127.0.0.1:"))
            #expect(try Self.check(["--npd"]).status == 1)
            withExtendedLifetime(source) {}
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test(
        "A target whose probe is hindered is named although many are latent", .enabled(if: PacketFilter.isAvailable),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func hindered() throws {
        try PrivateNetwork.run {
            let holders = try (0..<6).map { try Neighbours.listener(on: "127.0.0.1:\(40_100 + 2 * $0)") }
            try PacketFilter.onOutput("tcp dport 40300 drop")
            let daemon = try RunningDaemon(
                """
                probe: {loop: {interval: 0s}}
                targets:
                  - {name: held, addresses: [127.0.0.1], ports: [40100, 40102, 40104, 40106, 40108, 40110]}
                  - {name: filtered, addresses: [127.0.0.1], ports: 40300}
                """)
            try Self.expect(["--npd"], "0 of 8 ports exposed, 1 inconclusive: 127.0.0.1:40300 filtered", 2)
            withExtendedLifetime(holders) {}
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A result that cannot be written is not ok", arguments: [("", 3), ("--npd", 2)])
    func unwritable(_ option: String, _ status: Int32) throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("discover: {listeners: false}")
            let outcome = try Program.run("/bin/sh", ["-c", "exec \(Binary.path) check \(option) >/dev/full"])
            #expect(outcome.end == .exited(status))
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A port in use is a warning and not a problem of the node") func latent() throws {
        try PrivateNetwork.run {
            let holder = try Neighbours.listener(on: "127.0.0.1:40002")
            let daemon = try RunningDaemon(Self.exposed)
            let warning = try Self.check(["--url", "http://localhost:9293/"])
            #expect(warning.status == 1)
            #expect(
                warning.line.hasPrefix(
                    "SELFCONNECT WARNING - 0 of 2 ports exposed, 1 latent: 127.0.0.1:40002 web (latent) | "))
            try Self.expect(["--npd"], "0 of 2 ports exposed", 0)
            withExtendedLifetime(holder) {}
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A failed reload is a warning") func reload() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("discover: {listeners: false}")
            #expect(try Self.check().status == 0)
            #expect(try !daemon.reloaded("probe: {intervall: 1s}"))
            let warning = try Self.check()
            #expect(warning.status == 1 && warning.line.contains("; the last reload failed: "), "\(warning.line)")
            #expect(warning.line.contains("intervall"), "\(warning.line)")
        }
    }

    @Test("A daemon that is not running is unknown, over TCP and over a unix socket") func unreachable() throws {
        try PrivateNetwork.run {
            try Self.expect([], "SELFCONNECT UNKNOWN - connect 127.0.0.1:9293: Connection refused (ECONNREFUSED)", 3)
            try Self.expect(
                ["--url", "http://localhost:9293"],
                "SELFCONNECT UNKNOWN - connect 127.0.0.1:9293: Connection refused (ECONNREFUSED)", 3)
            try Self.expect(
                ["--npd", "--url", "unix:/tmp/no-such.sock"],
                "connect unix:/tmp/no-such.sock: No such file or directory (ENOENT)", 2)
        }
    }

    @Test("localhost is ::1 if no daemon listens on 127.0.0.1") func localhost() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("listen: \"[::1]:9293\"", listen: "[::1]:9293")
            #expect(try Self.check(["--url", "http://localhost:9293"]).status == 0)
            #expect(try Self.check(["--url", "http://[::1]:9293"]).status == 0)
            #expect(try Self.check(["--url", "http://127.0.0.1:9293"]).status == 3)
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A check that connects to itself reports that no process listens there") func itself() throws {
        try PrivateNetwork.run(range: PortRange(40_002, 40_002), reserved: "") {
            try Self.expect(
                ["--url", "http://127.0.0.1:40002"],
                "SELFCONNECT UNKNOWN - connected to itself on 127.0.0.1:40002: no process listens there, and the port lies"
                    + " inside the ephemeral range", 3)
        }
    }

    @Test("Requests over a unix socket work as over TCP") func unix() throws {
        try PrivateNetwork.run {
            let path = "/tmp/selfconnectd-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
            let daemon = try RunningDaemon("listen: [127.0.0.1:9293, unix:\(path)]\n" + Self.exposed)
            let line = try Self.check().line
            try Self.expect(["--url", "unix:\(path)"], line, 2)
            withExtendedLifetime(daemon.program.process) {}
            unlink(path)
        }
    }

    @Test("A required token is read from a file") func token() throws {
        let token = try TemporaryFile("s3cret\n", suffix: ".token")
        let wrong = try TemporaryFile("secret", suffix: ".token")
        let paths = (token.path, wrong.path)
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("http: {token-file: \(paths.0)}", waitingFor: "/-/healthy")
            let isReady = try Waiting.holds {
                try Self.check(["--token-file", paths.0]).status == 0
            }
            #expect(isReady)
            let refused = "SELFCONNECT UNKNOWN - 127.0.0.1:9293 answered 401: give its token with --token-file"
            try Self.expect([], refused + " (Bearer token required.)", 3)
            try Self.expect(["--token-file", paths.1], refused + " (Invalid bearer token.)", 3)
            try Self.expect(
                ["--token-file", "/no/such"],
                "SELFCONNECT UNKNOWN - the token cannot be read: open /no/such: No such file or directory (ENOENT)", 3)
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test(
        "A server that is silent or stops in the middle is waited for until the given timeout",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
    func silence(_ octets: String) throws {
        try PrivateNetwork.run {
            let server = try StubServer(on: "127.0.0.1:9293", octets, endsConnection: false)
            for (option, timeout) in [("300ms", Duration.milliseconds(300)), ("1s", .seconds(1))] {
                let start = Clock.monotonic
                let line = "SELFCONNECT UNKNOWN - 127.0.0.1:9293 did not answer within \(option)"
                try Self.expect(["--timeout", option], line, 3)
                let time = Clock.monotonic - start
                #expect(time >= timeout && time < timeout + Self.slack, "\(time)")
            }
            withExtendedLifetime(server) {}
        }
    }

    @Test("A connection that is not accepted ends with the given timeout") func fullQueue() throws {
        try PrivateNetwork.run {
            let path = "/tmp/selfconnectd-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
            defer { unlink(path) }
            let server = try UnixListeningSocket(path, .init(mode: 0o600), backlog: 0)
            let first = try ClientSocket.connected(to: .unix(path), by: Clock.monotonic + .seconds(1))
            let start = Clock.monotonic
            let line = "unix:\(path) did not answer within 300ms"
            try Self.expect(["--timeout", "300ms", "--url", "unix:\(path)", "--npd"], line, 2)
            #expect(Clock.monotonic - start < Self.slack)
            let isSelfConnected = try first.isSelfConnected()
            #expect(!isSelfConnected)
            withExtendedLifetime(server) {}
        }
    }

    @Test(
        "A server that is not the daemon is unknown, with the reason",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2p1\r\n", "answered with something that is not HTTP"),
            ("", "ended the connection without an answer"),
            ("HTTP/1.1 200 OK\r\nContent-Le", "ended the connection within the head of its answer"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"service\"",
                "ended the connection after 10 of 100 bytes"
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", "answered with more than 1048576 bytes"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "answered with something that is not JSON"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "answered with JSON that is not the status of selfconnectd"
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "answered without saying how long"),
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answered 404"),
            ("HTTP/1.0 503 Service Unavailable\r\n\r\n", "answered 503"),
        ])
    func otherServers(_ octets: String, _ message: String) throws {
        try PrivateNetwork.run {
            let server = try StubServer(on: "127.0.0.1:9293", octets)
            let outcome = try Self.check()
            #expect(outcome.line.hasPrefix("SELFCONNECT UNKNOWN - 127.0.0.1:9293 \(message)"), "\(outcome.line)")
            #expect(outcome.status == 3)
            let short = try Self.check(["--npd"])
            #expect(short.status == 2 && short.line.hasPrefix("127.0.0.1:9293 \(message)"), "\(short.line)")
            withExtendedLifetime(server) {}
        }
    }

    @Test("A response of nearly a megabyte is read completely") func large() throws {
        let target = #"{"name":"t","endpoint":"127.0.0.1:40002","verdict":"susceptible","severity":"critical"}"#
        let named = [String](repeating: target, count: 5).joined(separator: ",")
        let fill = String(repeating: "x", count: 1_000_000)
        let document =
            #"{"service":{"name":"selfconnectd","healthy":true,"ready":true,"config":{"last_reload_successful":true}},"#
            + #""fill":"\#(fill)","summary":{"targets":10000,"by_verdict":{"susceptible":10000},"#
            + #""by_severity":{"critical":10000},"most_severe":[\#(named)]}}"#
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(document.utf8.count)\r\n\r\n\(document)"
        try PrivateNetwork.run {
            let server = try StubServer(on: "127.0.0.1:9293", answer)
            let outcome = try Self.check()
            #expect(outcome.status == 2)
            #expect(
                outcome.line.hasPrefix("SELFCONNECT CRITICAL - 10,000 of 10,000 ports exposed: "), "\(outcome.line)")
            #expect(outcome.line.contains(" and 9,995 more | ") && outcome.line.utf8.count < 1_024)
            withExtendedLifetime(server) {}
        }
    }

    @Test("A check closes its connection cleanly and leaves no TIME_WAIT on a port of the range")
    func counters() throws {
        try PrivateNetwork.run {
            let daemon = try RunningDaemon("discover: {listeners: false}")
            let before = try daemon.metric(Self.lost) ?? 0
            try daemon.waitUntilAlone()
            let waits = try SocketStates.timeWaitCount(from: PortRange(40000, 41000))
            for _ in 0..<20 { #expect(try Self.check().status == 0) }
            try daemon.waitUntilAlone()
            #expect(try SocketStates.timeWaitCount(from: PortRange(40000, 41000)) == waits)
            #expect(try daemon.metric(Self.lost) ?? 0 == before)
            #expect(try daemon.metric("selfconnect_http_requests_total{code=\"200\",path=\"/v1/summary\"}") == 20)
        }
    }

    @Test(
        "A check that cannot start is unknown, neither a warning nor a problem",
        arguments: [([], 3), (["--npd"], 2)] as [([String], Int32)])
    func descriptors(_ arguments: [String], _ status: Int32) throws {
        let outcome = try Program.run("prlimit", ["--nofile=7:7", Binary.path, "check"] + arguments)
        #expect(outcome.end == .exited(status))
    }

    private static let lost = "selfconnect_http_connections_ended_total{reason=\"lost\"}"

    @Test(
        "A usage error ends with status 64 and states the expected form",
        arguments: [
            (["--url", "https://127.0.0.1:9293"], "--url: “https://127.0.0.1:9293”: the daemon speaks no TLS"),
            (["--url", "http://127.0.0.1:9293/metrics"], "--url: “http://127.0.0.1:9293/metrics” has a path"),
            (["--url", "http://127.0.0.1:0"], "--url: port 0 is not valid"),
            (["--timeout", "10"], "--timeout: “10” is not a duration"),
            (["--timeout", "0s"], "--timeout: “0s” is out of bounds: write 1ms to 10m"),
            (["--timeout", "11m"], "--timeout: “11m” is out of bounds"),
            (["127.0.0.1"], "Unexpected argument '127.0.0.1'"),
        ])
    func usage(_ arguments: [String], _ message: String) throws {
        let outcome = try Program.run(Binary.path, ["check"] + arguments)
        #expect(outcome.end == .exited(64) && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
