import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd advise` about ports that are not configured: those that the command line names, and self-connections.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct NamedAdviceTests {
    private static let key = "net.ipv4.ip_local_reserved_ports"
    private static let none = ["--config", "/dev/null"]

    @Test(
        "Named ports and ranges are reserved with all others, in the line that scan prints, whether it is applied or not"
    )
    func named() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "40100") {
            let configuration = try TemporaryFile("targets: {name: web, addresses: 127.0.0.1, ports: 40012}\n")
            let arguments = ["40010", "[::1]:40020-40022", "--config", configuration.path]
            let advice = try run(["advise"] + arguments)
            let line = "\(Self.key) = 40010,40012,40020-40022,40100"
            #expect(advice.end == .exited(0) && advice.output.hasSuffix("\n\(line)\n"), "\(advice)")
            #expect(advice.output.contains("# - [::1]:40021 (port-40021)\n"))
            #expect(try run(["scan"] + arguments).output.contains("sysctl.d/90-selfconnectd.conf: \(line)\n"))
            #expect(try run(["advise", "--check"] + arguments).end == .exited(1))
            try Command.run("sysctl", "-w", line.replacing(" ", with: ""))
            #expect(try run(["advise"] + arguments).output == advice.output)
            #expect(try run(["advise", "--check"] + arguments).end == .exited(0))
        }
    }

    @Test("A self-connection on a port that is not configured is in the advice, in the line that scan prints")
    func selfConnection() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let client = try ListeningProcess.selfConnected(on: Endpoint(.loopback4, 40_010))
            let advice = try run(["advise"] + Self.none)
            #expect(advice.end == .exited(0) && advice.output.hasSuffix("\n\(Self.key) = 40010\n"), "\(advice)")
            #expect(advice.errors.contains("127.0.0.1:40010 is self-connected"), "\(advice.errors)")
            #expect(try run(["scan"] + Self.none).output.contains("conf: \(Self.key) = 40010\n"))
            let probe = try run(["probe", "127.0.0.1:40020"])
            #expect(probe.output.contains("remedy: sysctl -w \(Self.key)=40010,40020\n"), "\(probe.output)")
            try Command.run("sysctl", "-w", "\(Self.key)=40010")
            #expect(try run(["advise"] + Self.none).output == advice.output)
            withExtendedLifetime(client) {}
        }
    }

    @Test("In another namespace, too, named ports and self-connections are in the advice") func elsewhere() throws {
        let blue = try NamedNamespace()
        let path = blue.path
        try PrivateNetwork.run { [name = blue.name] in
            let home = try NetworkNamespace.current()
            try NetworkNamespace.open(path).enter()
            let client = try ListeningProcess.selfConnected(on: Endpoint(.loopback4, 50_020))
            try home.enter()
            let advice = try run(["advise", "50010", "--namespace", name] + Self.none)
            let command = "#   nsenter --net=/run/netns/\(name) sysctl -w \(Self.key)=50010,50020\n"
            #expect(advice.end == .exited(0) && advice.output.contains(command), "\(advice)")
            withExtendedLifetime(client) {}
        }
    }

    @Test("Named ports that need no reservation are noted, and addresses of other hosts are refused") func needless()
        throws
    {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let outside = try run(["advise", "80", "443", "40010"] + Self.none)
            #expect(outside.end == .exited(0) && outside.output.hasSuffix("\n\(Self.key) = 40010\n"))
            #expect(
                outside.errors
                    == "selfconnectd: the ports 80,443 need no reservation: outside the ephemeral range 40000-45000, the"
                    + " kernel gives no port to clients\n")
            let foreign = try run(["advise", "192.0.2.1:40010"] + Self.none)
            #expect(foreign.end == .exited(64) && foreign.output.isEmpty)
            #expect(
                foreign.errors.hasPrefix("selfconnectd: 192.0.2.1 is not an address of this host: "),
                "\(foreign.errors)")
        }
    }

    @Test(
        "Without a port to reserve the reason is given, and what to do, with status 0",
        arguments: [[], ["--check"], ["--rehearse"], ["--write"]])
    func nothing(_ option: [String]) throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let folder = try TemporaryFolder()
            let file = option == ["--write"] ? [folder.path + "/90-x.conf"] : []
            let outcome = try run(["advise"] + option + file + Self.none)
            #expect(outcome.end == .exited(0), "\(outcome)")
            let words = outcome.output + outcome.errors
            #expect(words.contains("no target is configured for this host, and no listener inside"), "\(outcome)")
            #expect(words.contains("name them (selfconnectd advise 50010)"), "\(outcome)")
            #expect(option != ["--check"] || outcome.output.isEmpty)
        }
    }

    @Test("A rehearsal of ports that are reserved names them, and the probe that it prints shows that they are")
    func rehearsed() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "40010-40012") {
            let outcome = try run(["advise", "--rehearse", "40010-40012"] + Self.none)
            #expect(outcome.end == .exited(0), "\(outcome)")
            let start = "Nothing to rehearse: the ports 40010-40012 of this host are reserved already"
            let command = " To prove it: selfconnectd probe 127.0.0.1:40010-40012 '[::1]:40010-40012'\n"
            #expect(outcome.output.hasPrefix(start) && outcome.output.hasSuffix(command), "\(outcome.output)")
            let probe = try run(["probe", "127.0.0.1:40010-40012", "[::1]:40010-40012"])
            #expect(
                probe.end == .exited(0) && probe.output.hasSuffix("\n6 endpoints: 6 reserved (ok)\n"), "\(probe.output)"
            )
        }
    }
}

private func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(Binary.path, arguments) }
