import Glibc
import Linux
import TestSupport
import Testing

@Suite("Unix and passed sockets", .enabled(if: PrivateNetwork.isAvailable))
struct UnixAndPassedSocketTests {
    /// A unique path.
    private static func path() -> String { "/tmp/selfconnectd-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock" }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    @Test("All listeners respond, and a unix socket's file is removed at the end") func several() throws {
        try PrivateNetwork.run {
            let path = Self.path()
            var daemon = try RunningDaemon("listen: [127.0.0.1:9293, \"[::1]:9293\", 127.0.0.2:9294, unix:\(path)]")
            for origin in ["[::1]:9293", "127.0.0.2:9294"] {
                #expect(try Answer.get("http://\(origin)/v1/kernel")?.status == 200)
            }
            let overUnix = try Answer.get("http://any.name/v1/status", ["--unix-socket", path])
            #expect(overUnix?.status == 200 && overUnix?.content.contains("\"unix\":\"\(path)\"") == true)
            #expect(try daemon.get("/v1/kernel", "-H", "Host: any.name").status == 421)
            #expect(daemon.stop().end == .exited(0))
            #expect(Self.status(path) == nil)
        }
    }

    @Test("The file of a unix socket has the configured mode and group") func access() throws {
        try PrivateNetwork.run {
            let path = Self.path()
            let daemon = try RunningDaemon(
                "listen: [127.0.0.1:9293, unix:\(path)]\nhttp: {unix-mode: \"0620\", unix-group: daemon}")
            let status = try #require(Self.status(path))
            let group = try GroupDatabase.group(named: "daemon")
            #expect(status.st_mode & 0o7777 == 0o620 && status.st_gid == group)
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("The socket file of a killed daemon is replaced; one with a running server is not") func stale() throws {
        try PrivateNetwork.run {
            let path = Self.path()
            let settings = "listen: [127.0.0.1:9293, unix:\(path)]"
            do {
                var killed = try RunningDaemon(settings)
                #expect(killed.stop(SIGKILL).end == .killed(SIGKILL))
                #expect(Self.status(path) != nil)
            }
            let daemon = try RunningDaemon(settings)
            let second = try Binary.run("run", "--listen", "unix:\(path)")
            #expect(second.end == .exited(1))
            #expect(second.errors.contains("bind \(path): Address already in use (EADDRINUSE)"))
            #expect(try Answer.get("http://a/-/healthy", ["--unix-socket", path])?.status == 200)
            withExtendedLifetime(daemon.program.process) {}
        }
    }

    @Test("A file that is not a socket is kept") func foreignFile() throws {
        let file = try TemporaryFile("precious")
        let path = file.path
        let outcome = try PrivateNetwork.run { try Binary.run("run", "--listen", "unix:\(path)") }
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("\(path), which is not a socket: remove it, or listen on another path"))
        #expect(try KernelFile.text(path) == "precious")
    }

    @Test("A group that does not exist is a fault with its place") func group() throws {
        let file = try TemporaryFile("http:\n  unix-group: no-such-group\nlisten: [unix:/tmp/never.sock]\n")
        let path = file.path
        let outcome = try PrivateNetwork.run { try Binary.run("run", "--config", path) }
        #expect(outcome.end == .exited(78))
        #expect(outcome.errors.contains("\(path):2:15: there is no group “no-such-group” on this host"))
        let check = try Binary.run("check-config", path)
        #expect(check.end == .exited(0), "it may be checked on another host")
        #expect(check.errors == "\(path):2:15: warning: there is no group “no-such-group” on this host\n")
        let token = try TemporaryFile("http: {token-file: /nonexistent/token}\n")
        let warned = try Binary.run("check-config", token.path)
        #expect(
            warned.end == .exited(0) && warned.errors.hasPrefix("\(token.path):1:20: warning: the token cannot be read")
        )
    }

    // MARK: Socket activation

    /// The daemon as started by systemd-socket-activate: at the first connection, which is made here.
    private static func activated(_ listen: [String], config: String, touching port: UInt16) throws -> Program {
        let arguments = listen.flatMap { ["--listen", $0] } + [Binary.path, "run", "--config", config]
        let program = try Program("systemd-socket-activate", arguments)
        _ = Waiting.holds { (try? RawClient(port: port).hasEnded) != nil }
        return program
    }

    private static func expectAnswersEverywhere(_ program: borrowing Program, _ path: String) throws {
        try expectAnswers(program, "127.0.0.1:9293")
        try expectAnswers(program, "[::1]:9293")
        try expectAnswers(program, "any.name", "--unix-socket", path)
    }

    @Test("Passed sockets of both families are served") func passed() throws {
        try PrivateNetwork.run {
            let path = Self.path()
            defer { unlink(path) }
            let file = try TemporaryFile("listen: [systemd, \"[::1]:9293\"]")
            var program = try Self.activated(["127.0.0.1:9293", path], config: file.path, touching: 9293)
            try Self.expectAnswersEverywhere(program, path)
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
            // The file belongs to the service manager, which continues to listen.
            #expect(Self.status(path) != nil)
        }
    }

    @Test("A passed socket replaces the same configured address, before and after a reload")
    func named() throws {
        try PrivateNetwork.run {
            let path = Self.path()
            defer { unlink(path) }
            let file = try TemporaryFile("listen: [127.0.0.1:9293, unix:\(path)]")
            var program = try Self.activated(["127.0.0.1:9293", path], config: file.path, touching: 9293)
            try Self.expectAnswers(program, "127.0.0.1:9293")
            try Self.reload(program, file, "listen: [systemd]", saying: "restart the daemon through its socket unit")
            try Self.reload(
                program, file, "listen: [unix:\(path), 127.0.0.1:9293, \"[::1]:9293\"]", saying: "reloaded targets=0")
            try Self.expectAnswersEverywhere(program, path)
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
            #expect(Self.status(path) != nil)
        }
    }

    @Test("A reload can name the address of a passed socket, which stays open") func namedLater() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("listen: [systemd]")
            var program = try Self.activated(["127.0.0.1:9293"], config: file.path, touching: 9293)
            try Self.expectAnswers(program, "127.0.0.1:9293")
            try Self.reload(program, file, "listen: [systemd, 127.0.0.1:9293]", saying: "reloaded targets=0")
            try Self.reload(program, file, "listen: 127.0.0.1:9293", saying: "reloaded targets=0")
            let status = try Answer.get("http://127.0.0.1:9293/v1/status")
            #expect(status?.content.split(separator: "\"outside_ephemeral_range\"").count == 2, "it listens once")
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
        }
    }

    private static func expectAnswers(
        _ program: borrowing Program, _ origin: String, _ arguments: String...
    ) throws {
        let isReady = try Waiting.holds(every: .milliseconds(20)) {
            try Answer.get("http://\(origin)/-/ready", arguments)?.status == 200
        }
        #expect(isReady, "\(origin): \(program.errors)")
    }

    /// Changes its configuration, and waits for a log line with this text.
    private static func reload(
        _ program: borrowing Program, _ file: borrowing TemporaryFile, _ settings: String, saying words: String
    ) throws {
        let before = program.errors.count
        try file.replace(with: settings)
        program.send(SIGHUP)
        let isReported = Waiting.holds { program.errors.dropFirst(before).contains(words) }
        #expect(isReported, "\(settings): \(program.errors)")
    }

    @Test("A passed socket inside the ephemeral range is rejected like a configured one") func passedInRange() throws {
        let errors = try PrivateNetwork.run {
            let file = try TemporaryFile("listen: [systemd]")
            var program = try Self.activated(["127.0.0.1:40100"], config: file.path, touching: 40100)
            let outcome = try program.finish()
            #expect(outcome.end == .exited(78))
            #expect(outcome.errors.contains("\(file.path):1:10: port 40100 lies inside the ephemeral range"))
            return outcome.errors
        }
        #expect(!errors.contains("ready"))
    }

    @Test("Without a passed socket, systemd as the only address is a fault") func notPassed() throws {
        let file = try TemporaryFile("listen: [systemd]")
        let path = file.path
        let outcome = try PrivateNetwork.run { try Binary.run("run", "--config", path) }
        #expect(outcome.end == .exited(78))
        #expect(outcome.errors.contains("\(path):1:10: the service manager has passed no socket"))
    }
}
