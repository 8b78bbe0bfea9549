import Glibc
import Linux
import TestSupport
import Testing

/// The daemon without threads, without memory and without /proc. The range is 40000-41000.
@Suite("Resource exhaustion", .enabled(if: PrivateNetwork.isAvailable)) struct ScarcityTests {
    private static let web = "targets: [{name: web, ports: 40002}]"

    /// An otherwise unused user, so that the limit on its threads only counts the daemon's.
    private static let otherUser = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]

    /// Sets a soft limit of a daemon, as its user.
    private static func limit(_ daemon: borrowing RunningDaemon, _ limit: String) throws {
        let words = Self.otherUser + ["prlimit", "--pid", "\(daemon.program.process)", limit]
        try Command.script(words.joined(separator: " "))
    }

    @Test("Without a thread the daemon does not start and gives the reason") func noThread() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile(Self.web)
            let arguments = ["prlimit", "--nproc=1", Binary.path, "run", "--config", file.path]
            let outcome = try Program.run(Self.otherUser[0], Self.otherUser.dropFirst() + arguments)
            #expect(outcome.end == .exited(1))
            #expect(outcome.errors.contains("pthread_create log: Resource temporarily unavailable (EAGAIN)"))
            #expect(outcome.errors.contains("TasksMax="), "\(outcome.errors)")
        }
    }

    @Test(
        "Without memory the daemon does not start and does not trap",
        arguments: [50_000, 60_000, 70_000].map { $0 << 10 })
    func noMemory(_ octets: Int) throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("\(Self.web)\nlisten: [127.0.0.1:9293]")
            var program = try Program("prlimit", ["--as=\(octets)", Binary.path, "run", "--config", file.path])
            // It runs if that is enough, reports why not, or cannot even be loaded.
            let isDecided = Waiting.holds {
                program.wait(within: .zero) != nil || program.errors.contains("ready")
            }
            #expect(isDecided)
            program.send(SIGTERM)
            let end = program.wait()
            #expect([.exited(0), .exited(1), .exited(127)].contains(end), "\(program.errors)")
            #expect(!program.errors.isEmpty)
        }
    }

    @Test(
        "A reload without a thread or memory for one fails, and the next works",
        arguments: [
            ("--nproc=1:", "--nproc=4000:", "pthread_create reload: "),
            ("--as=1000000:", "--as=unlimited:", "not enough address space to reload"),
        ])
    func reload(_ limit: String, _ restored: String, _ fault: String) throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.web, wrapper: Self.otherUser + ["prlimit", "--nproc=4000"])
            // The stack of its thread is kept for the next one.
            #expect(try daemon.reloaded(Self.web))
            try Self.limit(daemon, limit)
            let before = try daemon.status().service.config.lastReload
            daemon.program.send(SIGHUP)
            let isRefused = try Waiting.holds { try daemon.status().service.config.lastReload != before }
            #expect(isRefused, "\(daemon.program.errors)")
            #expect(daemon.program.errors.contains(fault), "\(daemon.program.errors)")
            #expect(daemon.program.errors.contains("reload failed; keeping the previous configuration"))
            try Self.limit(daemon, restored)
            #expect(try daemon.reloaded("targets: [{name: web, ports: 40002-40003}]"))
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A daemon whose /proc is covered keeps running, is unhealthy meanwhile, and stops cleanly")
    func covered() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("probe: {interval: 1s}\n\(Self.web)", wrapper: ["unshare", "--mount"])
            // The runtime's threads, which would end the process without /proc, are not among them.
            let threads = try Command.run("ps", "-T", "--no-headers", "-o", "comm", "-p", "\(daemon.program.process)")
            #expect(threads.split(separator: "\n").sorted() == ["http", "log", "probing", "selfconnectd"])
            let inside = "nsenter --target \(daemon.program.process) --mount "
            try Command.script(inside + "mount -n -t tmpfs none /proc")
            let isUnhealthy = try Waiting.holds(every: .milliseconds(50)) { try daemon.get("/-/healthy").status == 503 }
            #expect(isUnhealthy)
            #expect(try !daemon.reloaded(Self.web))
            #expect(try daemon.get("/metrics").status == 200)
            #expect(try daemon.get("/v1/status").status == 200)
            let (end, time) = daemon.stop()
            #expect(end == .exited(0), "\(daemon.program.errors)")
            #expect(time < .seconds(1), "it took \(time)")
        }
    }

    @Test("Missing descriptors 0 to 2 are opened as /dev/null") func descriptors() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(
                Self.web, wrapper: ["sh", "-c", "exec \"$@\" 0<&- 1>&- 2>&-", "sh"])
            for number in 0...2 {
                var target = [CChar](repeating: 0, count: 64)
                let count = readlink("/proc/\(daemon.program.process)/fd/\(number)", &target, target.count)
                let path = String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                #expect(path == "/dev/null", "descriptor \(number)")
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
