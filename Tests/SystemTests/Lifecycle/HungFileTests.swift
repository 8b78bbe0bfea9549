import Glibc
import Linux
import TestSupport
import Testing

/// Files that never end, and a continuous stream of signals. The range is 40000-41000.
@Suite("Reloads of blocking files", .enabled(if: PrivateNetwork.isAvailable)) struct HungFileTests {
    private static let web = "targets: [{name: web, ports: 40002}]"

    @Test("A FIFO in place of the configuration is rejected at once, and the next reload works") func fifo() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            let before = try daemon.status().service.config.lastReload
            #expect(unlink(daemon.path) == 0 && mkfifo(daemon.path, 0o644) == 0)
            daemon.program.send(SIGHUP)
            let isRead = try Waiting.holds { try daemon.status().service.config.lastReload != before }
            #expect(isRead)
            #expect(try !daemon.status().service.config.lastReloadSuccessful)
            #expect(daemon.program.errors.contains("\(daemon.path): must be a regular file: a reload"))
            #expect(try daemon.reloaded("targets: [{name: web, ports: 40002-40003}]"))
            #expect(try daemon.target("127.0.0.1:40003").name == "web")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A FIFO in place of the token is rejected at once, and the next reload works") func token() throws {
        try PrivateNetwork.run {
            let folder = try TemporaryFolder()
            let token = "\(folder.path)/token"
            #expect(mkfifo(token, 0o600) == 0)
            var daemon = try RunningDaemon(Self.web)
            #expect(try !daemon.reloaded("\(Self.web)\nhttp: {token-file: \(token)}"))
            #expect(daemon.program.errors.contains("\(token) must be a regular file"), "\(daemon.program.errors)")
            #expect(try daemon.reloaded(Self.web))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("check-config still reads a pipe") func pipe() throws {
        let file = try TemporaryFile("tragets: []")
        let script = "cat \"$1\" | \"$0\" check-config /dev/stdin"
        let outcome = try Program.run("sh", ["-c", script, Binary.path, file.path])
        #expect(outcome.end == .exited(78))
        #expect(outcome.errors.hasPrefix("/dev/stdin:1:1: "), "\(outcome.errors)")
    }

    @Test("After a storm of reload signals a stop signal takes effect at once") func storm() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web)
            for _ in 0..<100_000 { daemon.program.send(SIGHUP) }
            let (end, time) = daemon.stop()
            #expect(end == .exited(0), "\(daemon.program.errors)")
            #expect(time < .seconds(1), "it took \(time)")
        }
    }
}
