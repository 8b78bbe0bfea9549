import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd probe`. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ProbeCommandTests {
    @Test(
        "probe prints a verdict, and its exit status shows whether a port is exposed",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: [
            ("127.0.0.1:40002", "susceptible (critical, proof: directed)", 1),
            ("[::1]:40002", "susceptible (critical, proof: directed)", 1),
            ("127.0.0.1:40003", "susceptible (warning, proof: directed)", 1),
            ("127.0.0.1:40505", "reserved (ok, proof: directed)", 0),
            ("127.0.0.1:30000", "outside-range (ok, proof: analysis)", 0),
            ("127.0.1.1:40002", "not-self (notice, proof: directed)", 0),
        ] as [(String, String, Int32)])
    func directed(_ endpoint: String, _ verdict: String, _ status: Int32) throws {
        try PrivateNetwork.run {
            let outcome = try Binary.run("probe", endpoint)
            #expect(outcome.end == .exited(status))
            #expect(outcome.output.hasPrefix("\(endpoint): \(verdict)\n  "), "\(outcome.output)")
            #expect(outcome.errors == "")
        }
    }

    @Test("An address of another host is rejected, because its kernel chooses the ports there") func foreign() throws {
        try PrivateNetwork.run {
            let outcome = try Binary.run("probe", "127.0.0.1:40002", "192.0.2.1:40002")
            #expect(outcome.end == .exited(64) && outcome.output == "")
            #expect(outcome.errors == "selfconnectd: 192.0.2.1 is not an address of this host: nothing was sent\n")
        }
    }

    @Test("The most dangerous target comes first, and in JSON those of the arguments") func order() throws {
        try PrivateNetwork.run {
            let endpoints = ["127.0.0.1:40505", "127.0.0.1:40003", "127.0.0.1:40002"]
            let text = try Program.run(Binary.path, ["probe"] + endpoints).output
            let heads = text.split(separator: "\n").filter { $0.hasPrefix("127.0.0.1:") }
            #expect(heads.map { String($0.prefix { $0 != " " }) } == endpoints.reversed().map { "\($0):" })
            let json: TargetsAnswer = try Answer.decoded(
                try Program.run(Binary.path, ["probe", "--json"] + endpoints).output)
            #expect(json.targets.map(\.endpoint) == endpoints)
        }
    }

    @Test(
        "A port without an address stands for both loopback addresses",
        arguments: ["40002", ":40002", "localhost:40002"])
    func loopback(_ argument: String) throws {
        try PrivateNetwork.run {
            let answer: TargetsAnswer = try Answer.decoded(try Binary.run("probe", "--json", argument).output)
            #expect(answer.targets.map(\.endpoint) == ["127.0.0.1:40002", "[::1]:40002"])
            #expect(try Binary.run("probe", argument.replacing("40002", with: "0")).end == .exited(64))
        }
    }

    @Test(
        "The remedy line can be pasted into a shell with any sysctl implementation",
        .enabled(if: Command.path(of: "busybox") != nil, "needs busybox for one of them"), arguments: [true, false])
    func remedy(_ usesBusyBox: Bool) throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let folder = try TemporaryFolder()
            let sysctl = try #require(Command.path(of: usesBusyBox ? "busybox" : "sysctl"))
            #expect(symlink(sysctl, folder.path + "/sysctl") == 0)
            let probe = try Binary.run("probe", "127.0.0.1:50010")
            let line = try #require(probe.output.firstMatch(of: /(?m)^ *remedy: (.*)$/)?.output.1)
            let applied = try Program.run("sh", ["-c", "PATH=\(folder.path):$PATH; \(line)"])
            #expect(applied.end == .exited(0), "\(applied)")
            #expect("\(try KernelSurvey().read().reservedPorts)" == "33333,50010")
            // The value in JSON also works as a line of a file.
            let json: TargetsAnswer = try Answer.decoded(try Binary.run("probe", "--json", "127.0.0.1:50020").output)
            let file = try TemporaryFile(try #require(json.targets.first?.remedy?.lasting) + "\n", suffix: ".conf")
            #expect(try Program.run(folder.path + "/sysctl", ["-p", file.path]).end == .exited(0))
            #expect("\(try KernelSurvey().read().reservedPorts)" == "33333,50010,50020")
        }
    }

    @Test("Two ports have one remedy for both") func oneRemedy() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let probe = try Binary.run("probe", "127.0.0.1:50010", "127.0.0.1:50020")
            let lines = probe.output.matches(of: /(?m)^ *remedy: (.*)$/).map(\.output.1)
            #expect(lines == ["sysctl -w net.ipv4.ip_local_reserved_ports=33333,50010,50020"])
            let scan = try Binary.run("scan", "127.0.0.1:50010", "127.0.0.1:50020")
            #expect(scan.output.contains("\nremedy: \(lines.first ?? "none")\n"), "\(scan.output)")
        }
    }

    @Test(
        "The file that advise prints is read by BusyBox's sysctl too",
        .enabled(if: Command.path(of: "busybox") != nil))
    func adviceForBusyBox() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let configuration = try TemporaryFile("targets: {name: web, ports: 50010}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            let file = try TemporaryFile(advice.output, suffix: ".conf")
            #expect(try Program.run("busybox", ["sysctl", "-p", file.path]).end == .exited(0))
            #expect("\(try KernelSurvey().read().reservedPorts)" == "33333,50010")
        }
    }

    @Test(
        "The verdict is for the given client kind",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func client() throws {
        try PrivateNetwork.run {
            let holder = try Neighbours.listener(on: "127.0.0.1:40003")
            let connect = try Binary.run("probe", "[::1]:40003")
            #expect(connect.output.hasPrefix("[::1]:40003: latent (warning"), "\(connect.output)")
            let bind = try Binary.run("probe", "[::1]:40003", "--client", "bind")
            #expect(bind.output.hasPrefix("[::1]:40003: susceptible (critical"), "\(bind.output)")
            #expect(connect.end == .exited(0), "latent: no client is exposed as long as the listener is there")
            #expect(bind.end == .exited(1))
            #expect(try holder.accept() == nil)
        }
    }

    @Test("--json prints the kernel and the targets as /v1/status has them") func json() throws {
        try PrivateNetwork.run {
            let outcome = try Binary.run("probe", "127.0.0.1:40002", "[::1]:40505", "--json")
            #expect(outcome.end == .exited(1) && outcome.errors == "")
            let answer: TargetsAnswer = try Answer.decoded(outcome.output)
            #expect(answer.kernel?.ephemeralRange == .init(first: 40000, last: 41000))
            #expect(answer.kernel?.reservedPorts == "40500-40509")
            #expect(answer.targets.map(\.verdict) == ["susceptible", "reserved"])
            #expect(answer.targets.first?.directed?.count == (KernelFeature.hasLocalPortRange ? 4 : nil))
        }
    }

    @Test(
        "A packet filter makes the verdict inconclusive, with status 2", .enabled(if: PacketFilter.isAvailable),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func filter() throws {
        try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40002 drop")
            let outcome = try Binary.run("probe", "127.0.0.1:40002", "--timeout", "50ms")
            #expect(outcome.end == .exited(2))
            #expect(outcome.output.hasPrefix("127.0.0.1:40002: inconclusive (warning"), "\(outcome.output)")
            #expect(outcome.output.contains("as with a packet filter that drops"), "\(outcome.output)")
        }
    }

    @Test("The loop prints a dot for every 1000 attempts until it is connected") func loop() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999)) {
            let outcome = try Binary.run("probe", "127.0.0.1:50010", "--method", "loop")
            #expect(outcome.end == .exited(1))
            let pattern = /Trying to connect to 127\.0\.0\.1:50010\.\.\.(\.*)Connected after (\d+) attempts\n/
            let match = try #require(outcome.output.prefixMatch(of: pattern), "\(outcome.output)")
            #expect(Int(match.2).map { $0 / 1000 } == match.1.count)
        }
    }

    @Test("A loop as a client that binds reaches the other parity, if its bind() leaves no trace") func bindLoop()
        throws
    {
        try PrivateNetwork.run {
            let outcome = try Binary.run("probe", "127.0.0.1:40003", "--method", "loop", "--client", "bind")
            #expect(outcome.end == .exited(1))
            let isRun = outcome.output.contains(/Connected after \d+ attempts\n/)
            let isRefused = outcome.output.hasPrefix(
                "No loop on 127.0.0.1:40003: on this kernel a bind() beside a conn")
            #expect(isRun != isRefused && isRun == KernelFeature.restoresPortState, "\(outcome.output)")
        }
    }

    @Test(
        "A loop that cannot self-connect is refused with the reason",
        arguments: [
            ("127.0.0.1:40003", "the kernel", "only after all ports of the other parity are exhausted", 1),
            ("127.0.0.1:40505", impossible, "net.ipv4.ip_local_reserved_ports keeps the kernel from giving it", 0),
            ("127.0.0.1:30000", impossible, "lies outside the ephemeral range 40000-41000", 0),
            ("127.0.1.1:40002", impossible, "get the source address 127.0.0.1", 0),
        ] as [(String, String, String, Int32)])
    func noLoop(_ endpoint: String, _ start: String, _ reason: String, _ status: Int32) throws {
        try PrivateNetwork.run {
            let outcome = try Binary.run("probe", endpoint, "--method", "loop")
            #expect(outcome.end == .exited(status))
            let line = outcome.output.split(separator: "\n").first ?? ""
            #expect(line.hasPrefix("No loop on \(endpoint): \(start)") && line.contains(reason), "\(outcome.output)")
        }
    }

    private static let impossible = "a self-connection is impossible: "

    @Test(
        "--hold keeps the self-connection until Enter is pressed",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func hold() throws {
        try PrivateNetwork.run {
            var program = try Program(Binary.path, ["probe", "127.0.0.1:40002", "--method", "loop", "--hold"])
            #expect(Waiting.holds { program.output.hasSuffix("Press Enter to continue...\n") })
            let seen = try Binary.run("probe", "127.0.0.1:40002")
            #expect(seen.output.hasPrefix("127.0.0.1:40002: self-connected (critical"), "\(seen.output)")
            #expect(program.wait(within: .milliseconds(100)) == nil)
            program.type("\n")
            let outcome = try program.finish()
            #expect(outcome.end == .exited(1))
            #expect(outcome.output.contains("127.0.0.1:40002: susceptible"), "\(outcome.output)")
            #expect(try SocketStates.timeWaitCount(apartFrom: []) == 0)
        }
    }
}
