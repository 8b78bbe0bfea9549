import Glibc
import Linux
import TestSupport
import Testing

/// What the service manager is told, on a socket of the test's own (sd_notify(3)).
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct NotificationTests {
    @Test("READY comes with a STATUS when the first pass is done, and STOPPING at the end") func life() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            let file = try TemporaryFile("targets: [{name: web, ports: [40002, 40505]}]")
            var program = try Program(
                Binary.path, ["run", "--config", file.path], environment: ["NOTIFY_SOCKET": manager.name])
            let first = Self.next(manager) ?? ""
            // At once: there is nobody to wait for.
            #expect(try Answer.get("http://\(RunningDaemon.listen)/-/ready")?.status == 200)
            let beginning =
                "READY=1\nSTATUS=5 ports watched, 2 susceptible (127.0.0.1:40002 web, [::1]:40002 web), last pass "
            #expect(first.hasPrefix(beginning) && first.hasSuffix(" ago"), "\(first)")
            program.send(SIGTERM)
            #expect(program.wait(within: .seconds(2)) == .exited(0))
            let rest = Self.all(manager)
            #expect(!rest.contains { $0.contains("READY=1") }, "READY is said once")
            #expect(rest.last == "STOPPING=1\nSTATUS=stopping", "\(rest)")
            #expect(!rest.contains { $0.contains("WATCHDOG=1") }, "nobody has asked for it")
        }
    }

    @Test("WATCHDOG comes three times in the time that the manager gives") func watchdog() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            var daemon = try RunningDaemon(
                "targets: [{name: web, ports: 40002}]",
                environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "600000"])
            _ = Self.all(manager)
            var count = 0
            // The socket's queue is short (net.unix.max_dgram_qlen): it is emptied all the time.
            _ = Waiting.holds(within: .milliseconds(2100)) {
                count += Self.all(manager).count { $0 == "WATCHDOG=1" }
                return false
            }
            #expect((7...12).contains(count), "\(count) times in 2.1 s")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A failed start is told with its ERRNO and a last STATUS") func failure() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            let environment = ["NOTIFY_SOCKET": manager.name]
            let bad = try TemporaryFile("prob: {}")
            _ = try Binary.run("run", "--config", bad.path, environment: environment)
            #expect(
                Self.all(manager) == [
                    "STATUS=the configuration is not usable: \(bad.path):1:1: unknown key “prob”: did you mean"
                        + " “probe”?\nERRNO=\(EINVAL)"
                ])
            let holder = try Neighbours.listener(on: RunningDaemon.listen)
            let good = try TemporaryFile("")
            _ = try Binary.run("run", "--config", good.path, environment: environment)
            #expect(
                Self.all(manager) == [
                    "STATUS=bind \(holder.endpoint): Address already in use (EADDRINUSE)\nERRNO=\(EADDRINUSE)"
                ])
        }
    }

    /// The next notification; nil if none comes in ten seconds.
    private static func next(_ manager: borrowing NotifyListener) -> String? {
        var message: String?
        _ = Waiting.holds(within: .seconds(10), every: .milliseconds(1)) {
            message = manager.receive()
            return message != nil
        }
        return message
    }

    /// Those that are there.
    private static func all(_ manager: borrowing NotifyListener) -> [String] {
        var messages: [String] = []
        while let message = manager.receive() { messages.append(message) }
        return messages
    }
}
