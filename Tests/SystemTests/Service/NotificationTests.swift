import Glibc
import Linux
import TestSupport
import Testing

/// Notifications to the service manager, on a socket of the test (sd_notify(3)).
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct NotificationTests {
    @Test("READY is sent with a STATUS after the first pass, and STOPPING at the end") func life() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            let file = try TemporaryFile("targets: [{name: web, ports: [40002, 40505]}]")
            var program = try Program(
                Binary.path, ["run", "--config", file.path], environment: ["NOTIFY_SOCKET": manager.name])
            let first = Self.next(manager) ?? ""
            // At once: no client is waited for.
            #expect(try Answer.get("http://\(RunningDaemon.listen)/-/ready")?.status == 200)
            let beginning =
                "READY=1\nSTATUS=5 ports watched, 2 susceptible (127.0.0.1:40002 web, [::1]:40002 web), last pass at "
            #expect(first.hasPrefix(beginning) && first.hasSuffix(" UTC"), "\(first)")
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
            let rest = Self.all(manager)
            #expect(!rest.contains { $0.contains("READY=1") }, "READY is sent once")
            #expect(rest.last == "STOPPING=1\nSTATUS=stopping", "\(rest)")
            #expect(!rest.contains { $0.contains("WATCHDOG=1") }, "WATCHDOG_USEC is not set")
        }
    }

    @Test("The begin and the end of a reload are notified, whether it succeeds or fails") func reload() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            var daemon = try RunningDaemon(
                "targets: [{name: web, ports: 40002}]", environment: ["NOTIFY_SOCKET": manager.name])
            _ = Self.all(manager)
            try daemon.reload("targets: [{name: web, ports: [40002, 40505]}]")
            try Self.expectReload(manager) { $0.hasPrefix("5 ports watched, 2 susceptible") && $0.hasSuffix(" UTC") }
            try daemon.reload("prob: {}")
            try Self.expectReload(manager) {
                $0.hasPrefix("5 ports watched")
                    && $0.hasSuffix(" UTC; not reloaded: \(daemon.path):1:1: unknown key “prob”: did you mean “probe”?")
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test(
        "A slow first pass requests more time while it makes progress",
        .enabled(if: PacketFilter.isAvailable, "needs nftables"),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func slowStart() throws {
        try PrivateNetwork.run {
            // Three attempts to each of four addresses time out, half a second each.
            try PacketFilter.onOutput("tcp dport 40002 drop")
            let manager = try NotifyListener(isAbstract: false)
            let file = try TemporaryFile(
                """
                probe: {timeout: 400ms, loop: {interval: 0s}}
                targets: [{name: web, ports: 40002, addresses: [127.0.0.1, 127.0.0.2, 127.0.0.3, 127.0.0.4]}]
                """)
            var program = try Program(
                Binary.path, ["run", "--config", file.path], environment: ["NOTIFY_SOCKET": manager.name])
            // The socket's queue is short (net.unix.max_dgram_qlen): each notification is received when it arrives.
            var received: [String] = []
            while received.last?.hasPrefix("READY=1") != true, let next = Self.next(manager) { received.append(next) }
            let ready = received.popLast() ?? ""
            #expect(ready.hasPrefix("READY=1") && !ready.contains("EXTEND"), "\(ready)")
            #expect(received.count { $0.hasPrefix("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=") } >= 2, "\(received)")
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
            #expect(!Self.all(manager).contains { $0.contains("EXTEND") })
        }
    }

    @Test("A READY that could not be sent is sent with the next status and logged once")
    func lostReady() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            try manager.fill()
            var daemon = try RunningDaemon(
                "probe: {interval: 1s}", environment: ["NOTIFY_SOCKET": manager.name])
            // It sends a status each second.
            Thread.sleep(.milliseconds(2500))
            let warnings = daemon.program.errors.split(separator: "\n").filter { $0.contains("failed to send") }
            #expect(warnings.count == 1, "\(warnings)")
            #expect(
                warnings.first?.contains(" warning: failed to send READY to the service manager; will retry ") == true)
            let next = Self.next(manager, after: ["X=1"]) ?? ""
            #expect(next.hasPrefix("READY=1\nSTATUS=1 port watched, last pass "), "\(next)")
            #expect(daemon.stop().end == .exited(0))
            #expect(!Self.all(manager).contains { $0.contains("READY=1") }, "READY is sent once")
        }
    }

    @Test("The begin and the end of a reload that could not be sent are sent later") func lostReload() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            var daemon = try RunningDaemon("probe: {interval: 1s}", environment: ["NOTIFY_SOCKET": manager.name])
            _ = Self.all(manager)
            try manager.fill()
            #expect(try daemon.reloaded("probe: {interval: 2s}"))
            try Self.expectLateReload(manager)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    /// RELOADING without its outdated status, then READY with the current one.
    private static func expectLateReload(_ manager: borrowing NotifyListener) throws {
        let first = next(manager, after: ["X=1", "STATUS="]) ?? ""
        #expect(first.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") && !first.contains("STATUS"), "\(first)")
        let second = next(manager) ?? ""
        #expect(second.hasPrefix("READY=1\nSTATUS=1 port watched"), "\(second)")
    }

    @Test("A failed start is notified with its ERRNO and a last STATUS") func failure() throws {
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
            let messages = Self.all(manager)
            #expect(messages.count == 1)
            #expect(
                messages.first?.hasPrefix("STATUS=bind \(holder.endpoint): Address already in use (EADDRINUSE): ")
                    == true)
            #expect(messages.first?.hasSuffix("\nERRNO=\(EADDRINUSE)") == true)
        }
    }

    @Test("A failure after the start of listening is notified too") func laterFailure() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            let file = try TemporaryFile("")
            let outcome = try Binary.run(
                "run", "--config", file.path, environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "soon"])
            #expect(outcome.end == .exited(1))
            #expect(outcome.errors.contains("listening"))
            let fault = "sd_watchdog_enabled: Invalid argument (errno 22)"
            #expect(outcome.errors.hasSuffix("selfconnectd: \(fault)\n"), "\(outcome.errors)")
            #expect(Self.all(manager).last == "STATUS=\(fault)\nERRNO=\(EINVAL)")
        }
    }

    @Test(
        "With few descriptors the daemon either does not start, with the reason, or works completely",
        arguments: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 24, 32, 40, 48, 64, 65, 66, 67, 80])
    func fewDescriptors(_ limit: Int) throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: false)
            let file = try TemporaryFile("probe: {interval: 1s}\ntargets: [{name: web, ports: 40002}]")
            var program = try Program(
                "prlimit", ["--nofile=\(limit):\(limit)", Binary.path, "run", "--config", file.path],
                environment: ["NOTIFY_SOCKET": manager.name])
            let first = Self.next(manager) ?? ""
            // One for its listener, and one for a client.
            guard limit >= 66 else {
                #expect(program.wait() == .exited(1))
                let fault =
                    limit < 8
                    ? "too few descriptors may be open: raise the limit to 8 (ulimit -n)"
                    : "the limit on open descriptors is \(limit), and the daemon needs 66 at least: raise LimitNOFILE="
                #expect(program.errors == "selfconnectd: \(fault)\n")
                #expect(first == "STATUS=\(fault)\nERRNO=\(EMFILE)")
                return
            }
            #expect(first.hasPrefix("READY=1\n"), "\(first)\n\(program.errors)")
            program.send(SIGHUP)
            try Self.expectReload(manager) { $0.hasSuffix(" UTC") }
            #expect(try Answer.get("http://\(RunningDaemon.listen)/-/healthy")?.status == 200)
            program.send(SIGTERM)
            #expect(program.wait() == .exited(0))
            #expect(!program.errors.contains("EMFILE"), "\(program.errors)")
        }
    }

    /// RELOADING with the time, then READY, each with its status.
    private static func expectReload(_ manager: borrowing NotifyListener, _ isStatus: (String) -> Bool) throws {
        var received: [String] = []
        _ = Waiting.holds {
            received += all(manager)
            return received.contains { $0.hasPrefix("READY=1") }
        }
        let begin = try #require(received.firstIndex { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }, "\(received)")
        #expect(received[begin].hasSuffix("\nSTATUS=reloading"))
        let end = try #require(received.lastIndex { $0.hasPrefix("READY=1\nSTATUS=") }, "\(received)")
        #expect(begin < end && isStatus(String(received[end].dropFirst("READY=1\nSTATUS=".count))), "\(received)")
    }

    /// The next notification that does not start with one of these; nil if none arrives.
    private static func next(_ manager: borrowing NotifyListener, after others: [String] = []) -> String? {
        var message: String?
        _ = Waiting.holds(every: .milliseconds(1)) {
            message = manager.receive()
            return message.map { next in !others.contains { next.hasPrefix($0) } } ?? false
        }
        return message
    }

    /// All pending notifications.
    private static func all(_ manager: borrowing NotifyListener) -> [String] {
        var messages: [String] = []
        while let message = manager.receive() { messages.append(message) }
        // With the barrier the daemon only checks that its notifications were read (sd_notify_barrier(3)).
        return messages.filter { $0 != "BARRIER=1" }
    }
}
