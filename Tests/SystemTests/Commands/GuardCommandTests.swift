import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd guard`. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct GuardCommandTests {
    @Test("An unprivileged user can hold a port until the command is stopped, and the service manager is notified")
    func holds() throws {
        try PrivateNetwork.run {
            let manager = try NotifyListener(isAbstract: true)
            var program = try Program(
                "setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", Binary.path, "guard", "40002"],
                environment: ["NOTIFY_SOCKET": manager.name])
            let lines = "127.0.0.1:40002: held\n[::1]:40002: held\n"
            #expect(Waiting.holds { program.output == lines }, "\(program.output)\(program.errors)")
            #expect(Waiting.holds { manager.receive()?.hasPrefix("READY=1\nSTATUS=2 of 2 guards held") == true })
            for address in [IPAddress.loopback4, .loopback6] {
                #expect(throws: SystemCallError.self) { try PlainSocket.listener(on: Endpoint(address, 40002)) }
                let server = try PlainSocket.listener(on: Endpoint(address, 40002), reusesAddress: true)
                withExtendedLifetime(server) {}
            }
            let probe = try Binary.run("probe", "127.0.0.1:40002")
            let words =
                KernelFeature.hasLocalPortRange ? "connect    none [not-available]" : "no socket is seen to hold it"
            #expect(probe.output.contains(words), "\(probe.output)")
            program.send(SIGTERM)
            #expect(try program.finish().end == .exited(0))
            let server = try PlainSocket.listener(on: Endpoint(.loopback4, 40002))
            withExtendedLifetime(server) {}
        }
    }

    @Test("A port in use is guarded when it is free, even if it is the only one", arguments: [[], ["127.0.0.1:40002"]])
    func waits(_ others: [String]) throws {
        try PrivateNetwork.run {
            var server: ListeningSocket? = try Neighbours.listener(on: "127.0.0.1:40004")
            var program = try Program(Binary.path, ["guard"] + others + ["127.0.0.1:40004"])
            #expect(Waiting.holds { program.output.contains("127.0.0.1:40004: not held yet: a server listens") })
            server = nil
            #expect(Waiting.holds { program.output.hasSuffix("127.0.0.1:40004: held\n") }, "\(program.output)")
            program.send(SIGINT)
            #expect(try program.finish().end == .exited(0))
            _ = server
        }
    }

    @Test("What was refused is taken as soon as it can be, and each change is one line") func retries() throws {
        try PrivateNetwork.run {
            var program = try Program(Binary.path, ["guard", "127.0.0.1:40002", "127.0.0.1:40505"])
            let first =
                "127.0.0.1:40002: held\n127.0.0.1:40505: refused: the kernel gives port 40505 to no client: it is reserved\n"
            #expect(Waiting.holds { program.output == first }, "\(program.output)")
            let server = try Neighbours.listener(on: "127.0.0.1:40505")
            try PrivateNetwork.write("", to: "net/ipv4/ip_local_reserved_ports")
            let waiting =
                first + "127.0.0.1:40505: not held yet: a server listens: it is taken when the server has gone\n"
            #expect(Waiting.holds { program.output == waiting }, "\(program.output)")
            _ = consume server
            #expect(Waiting.holds { program.output == waiting + "127.0.0.1:40505: held\n" }, "\(program.output)")
            program.send(SIGTERM)
            #expect(try program.finish().end == .exited(0))
        }
    }

    @Test("A server that a guard would hinder is remembered while it is down") func remembers() throws {
        try PrivateNetwork.run {
            var server: ListeningProcess? = try ListeningProcess(on: "127.0.0.1", port: 40004)
            var program = try Program(Binary.path, ["guard", "127.0.0.1:40002", "127.0.0.1:40004"])
            #expect(Waiting.holds { program.output.contains("127.0.0.1:40004: refused: the server does not set") })
            server = nil
            let lax = try ListeningProcess(on: "127.0.0.1", port: 40004, reusesAddress: true)
            #expect(Waiting.holds { program.output.contains("127.0.0.1:40004: not held yet") }, "\(program.output)")
            program.send(SIGTERM)
            #expect(try program.finish().output.split(separator: "\n").count == 3)
            withExtendedLifetime((server, lax)) {}
        }
    }

    @Test(
        "If no port can be held, guard prints the reason and exits",
        arguments: [
            ("127.0.0.1:40505", "refused: the kernel gives port 40505 to no client: it is reserved"),
            (
                "127.0.0.1:30000",
                "refused: the kernel gives port 30000 to no client: it lies outside the ephemeral range"
            ),
            ("192.0.2.1:40002", "refused: 192.0.2.1 is not an address of this host"),
            ("127.0.0.1:40004", "refused: the server does not set SO_REUSEADDR, and could not bind beside a guard"),
        ])
    func refused(_ endpoint: String, _ reason: String) throws {
        try PrivateNetwork.run {
            let server = try ListeningProcess(on: "127.0.0.1", port: 40004)
            let outcome = try Binary.run("guard", endpoint)
            #expect(outcome.end == .exited(1) && outcome.output == "\(endpoint): \(reason)\n", "\(outcome)")
            withExtendedLifetime(server) {}
        }
    }

    @Test("probe reports for a listener whether a guard is possible") func probed() throws {
        try PrivateNetwork.run {
            let strict = try ListeningProcess(on: "127.0.0.1", port: 40004)
            let refused = try Binary.run("probe", "127.0.0.1:40004")
            #expect(refused.output.contains("  guard      not possible: the server does not set SO_REUSEADDR"))
            let lax = try ListeningProcess(on: "127.0.0.1", port: 40006, reusesAddress: true)
            let possible = try Binary.run("scan")
            #expect(
                possible.output.contains("  guard      possible: the server sets SO_REUSEADDR"), "\(possible.output)")
            withExtendedLifetime((strict, lax)) {}
        }
    }
}
