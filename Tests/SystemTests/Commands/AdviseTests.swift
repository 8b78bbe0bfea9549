import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// `selfconnectd advise`, applied with the host's tools in a test namespace.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct AdviseTests {
    @Test("The file ends the exposure when applied with sysctl -p, and advise then prints the same file")
    func applied() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let configuration = try TemporaryFile(Self.example)
            let first = try Binary.run("advise", "--config", configuration.path)
            #expect(first.end == .exited(0) && first.errors.isEmpty)
            #expect(Self.assignments(first) == ["net.ipv4.ip_local_reserved_ports = 33333,50010,50020-50022"])
            #expect(try Self.reserved() == "33333")
            #expect(try Binary.run("advise", "--check", "--config", configuration.path).end == .exited(1))
            let file = try TemporaryFile(first.output, suffix: ".conf")
            #expect(try Program.run("sysctl", ["-p", file.path]).end == .exited(0))
            #expect(try Self.reserved() == "33333,50010,50020-50022")
            let second = try Binary.run("advise", "--config", configuration.path)
            #expect(second.end == .exited(0) && second.output == first.output)
            #expect(second.errors == "selfconnectd: nothing to change: the ports are reserved already\n")
            let check = try Binary.run("advise", "--check", "--config", configuration.path)
            #expect(check.end == .exited(0) && check.output.isEmpty && check.errors.isEmpty)
        }
    }

    @Test("A file that is written twice and read at boot reserves all ports, including its earlier ones")
    func written() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let folder = try TemporaryFolder()
            let directory = folder.path + "/etc/sysctl.d"
            try Command.run("mkdir", "-p", directory)
            let path = directory + "/90-selfconnectd.conf"
            try Command.script("echo '-net/ipv4/ip_local_reserved_ports = 4000' > \(path)")
            let configuration = try TemporaryFile(Self.example)
            let arguments = ["advise", "--write", path, "--config", configuration.path]
            #expect(try Program.run(Binary.path, arguments + ["--check"]).end == .exited(1))
            let written = try Program.run(Binary.path, arguments)
            #expect(written.end == .exited(0) && written.output.isEmpty, "\(written)")
            #expect(written.errors == "selfconnectd: \(path) written: apply it with sysctl -p \(path)\n")
            try Command.run("sysctl", "-p", path)
            let content = try Command.run("cat", path)
            let again = try Program.run(Binary.path, arguments)
            #expect(again.end == .exited(0) && !again.errors.contains("written"), "\(again)")
            #expect(try Command.run("cat", path) == content)
            #expect(try Program.run(Binary.path, arguments + ["--check"]).end == .exited(0))
            try Command.run("sysctl", "-w", "net.ipv4.ip_local_reserved_ports=")
            try Command.run("sysctl", "-p", path)
            #expect(try Self.reserved() == "4000,33333,50010,50020-50022")
            #expect(try Command.run("ls", directory) == "90-selfconnectd.conf\n", "no temporary file is left")
        }
    }

    @Test("Other files that assign the list are named with the one that wins") func rivals() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "") {
            let folder = try TemporaryFolder()
            let etc = folder.path + "/etc/sysctl.d"
            let library = folder.path + "/usr/lib/sysctl.d"
            try Command.run("mkdir", "-p", etc, library)
            try Command.script("echo 'net.ipv4.ip_local_reserved_ports = 1' > \(library)/50-vendor.conf")
            let configuration = try TemporaryFile(Self.example)
            let arguments = ["advise", "--write", etc + "/90-selfconnectd.conf", "--config", configuration.path]
            let wins = try Program.run(Binary.path, arguments)
            #expect(
                wins.errors.contains("50-vendor.conf assigns net.ipv4.ip_local_reserved_ports too"), "\(wins.errors)")
            #expect(wins.errors.contains("90-selfconnectd.conf is read later and wins"))
            try Command.script("echo 'net.ipv4.ip_local_reserved_ports = 2' > \(etc)/99-local.conf")
            let loses = try Program.run(Binary.path, arguments)
            #expect(loses.errors.contains("99-local.conf assigns net.ipv4.ip_local_reserved_ports too, is read after"))
            try Command.script("echo 'kernel.sysrq = 1' > \(etc)/90-selfconnectd.conf")
            let refused = try Program.run(Binary.path, arguments)
            #expect(refused.end == .exited(1) && refused.errors.contains("has assignments of other keys"))
            #expect(try Command.run("cat", etc + "/90-selfconnectd.conf") == "kernel.sysrq = 1\n")
        }
    }

    @Test("/etc/sysctl.conf wins with one tool and not with the other, unless a link makes both read it last")
    func lastFile() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "") {
            let folder = try TemporaryFolder()
            let etc = folder.path + "/etc"
            try Command.run("mkdir", "-p", etc + "/sysctl.d")
            try Command.script("echo 'net.ipv4.ip_local_reserved_ports = 1' > \(etc)/sysctl.conf")
            let configuration = try TemporaryFile(Self.example)
            let path = etc + "/sysctl.d/90-selfconnectd.conf"
            let arguments = ["advise", "--write", path, "--config", configuration.path]
            let alone = try Program.run(Binary.path, arguments)
            #expect(
                alone.errors.contains("\(etc)/sysctl.conf assigns")
                    && alone.errors.contains("it wins with sysctl --system")
                    && alone.errors.contains("\(path) wins with systemd-sysctl"), "\(alone.errors)")
            try Command.run("ln", "-s", "../sysctl.conf", etc + "/sysctl.d/99-sysctl.conf")
            let linked = try Program.run(Binary.path, arguments)
            #expect(linked.errors.contains("99-sysctl.conf assigns"), "\(linked.errors)")
            #expect(!linked.errors.contains("sysctl --system"), "\(linked.errors)")
        }
    }

    @Test("A file is never written without an assignment") func neverEmpty() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "") {
            let folder = try TemporaryFolder()
            let configuration = try TemporaryFile("targets: {name: web, ports: 80}\n")
            let outcome = try Binary.run(
                "advise", "--write", folder.path + "/90-x.conf", "--config", configuration.path)
            #expect(outcome.end == .exited(0) && outcome.errors.contains("is not written: there is no port to reserve"))
            #expect(try Command.run("ls", folder.path).isEmpty)
        }
    }

    @Test("A listener in the range is in the advice without a configuration") func discovered() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 42_000), reserved: "") {
            let listener = try ListeningSocket(Endpoint(.loopback4, 40010))
            let configuration = try TemporaryFile("targets: {name: web, ports: 80}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(Self.assignments(advice) == ["net.ipv4.ip_local_reserved_ports = 40010"], "\(advice)")
            _ = consume listener
        }
    }

    @Test(
        "Advice that leaves clients too few ports and its rehearsal are refused without --force",
        arguments: [
            (PortRange(50_000, 50_063), "", "50000-50063", "64 more ports leaves no port of the ephemeral range"),
            (PortRange(50_000, 50_063), "50000-50039", "50040", "1 more port leaves clients 23 of the 64 ports"),
            (
                PortRange(32_768, 60_999), "32768-46882", "50010,50012",
                "2 more ports leaves clients 14115 of the 28232 ports"
            ),
            (PortRange(40_000, 41_000), "", "40002", "1 more port leaves clients 1000 of the 1001 ports"),
        ])
    func refused(_ range: PortRange, _ reserved: String, _ ports: String, _ words: String) throws {
        try PrivateNetwork.run(range: range, reserved: reserved) {
            let configuration = try TemporaryFile(
                "targets: {name: web, addresses: 127.0.0.1, ports: [\(ports)]}\n")
            let arguments = ["--config", configuration.path]
            for option in [[], ["--rehearse"]] {
                let outcome = try Program.run(Binary.path, ["advise"] + option + arguments)
                #expect(outcome.end == .exited(1) && outcome.output.isEmpty, "\(outcome.output)")
                #expect(outcome.errors.contains("selfconnectd: reserving \(words)"), "\(outcome.errors)")
                #expect(outcome.errors.hasSuffix("move services out of it; --force overrides\n"))
            }
            let forced = try Program.run(Binary.path, ["advise", "--force"] + arguments)
            #expect(forced.end == .exited(0) && Self.assignments(forced).count == 1)
            #expect(forced.errors.contains(words))
            let comments = forced.output.split(separator: "\n").map { $0.drop { "# ".contains($0) } }
            #expect(comments.joined(separator: " ").contains("Warning: reserving \(words)"))
            let rehearsed = try Program.run(Binary.path, ["advise", "--rehearse", "--force"] + arguments)
            let holds = KernelFeature.hasLocalPortRange
            #expect(rehearsed.end == .exited(holds ? 0 : 2), "\(rehearsed)")
            #expect(rehearsed.output.contains(holds ? "The remedy holds" : "Inconclusive: "), "\(rehearsed)")
            #expect(rehearsed.errors.contains(words))
        }
    }

    @Test("If reserved ports already leave clients too few, advise warns and still accepts advice without a new port")
    func scarce() throws {
        try PrivateNetwork.run(range: PortRange(50_000, 50_063), reserved: "50000-50039") {
            let configuration = try TemporaryFile("targets: {name: web, addresses: 127.0.0.1, ports: 50010}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(advice.end == .exited(0) && Self.assignments(advice).count == 1)
            let warning =
                "selfconnectd: what is reserved already leaves clients 24 of the 64 ports of the ephemeral range"
            #expect(advice.errors.hasPrefix(warning) && advice.errors.hasSuffix("the ports are reserved already\n"))
            let rehearsal = try Binary.run("advise", "--rehearse", "--config", configuration.path)
            #expect(rehearsal.errors.hasPrefix(warning))
        }
    }

    @Test("probe omits a remedy that would leave clients too few ports and gives the reason") func probed() throws {
        try PrivateNetwork.run(range: PortRange(50_000, 50_063), reserved: "50011-50063") {
            let outcome = try Binary.run("probe", "127.0.0.1:50010")
            #expect(outcome.output.contains("no remedy: reserving 1 more port leaves clients 10 of the 64 ports"))
            #expect(!outcome.output.contains("sysctl"))
        }
        try PrivateNetwork.run(range: PortRange(50_000, 50_063), reserved: "") {
            let outcome = try Binary.run("probe", "127.0.0.1:50010")
            #expect(outcome.output.contains("\nremedy: sysctl -w net.ipv4.ip_local_reserved_ports=50010\n"))
            #expect(outcome.output.contains("warning: reserving 1 more port leaves clients 63 of the 64 ports"))
        }
    }

    @Test("A list that is longer than a page comes with a warning, and systemd-sysctl applies all of it")
    func longList() throws {
        let tool = "/lib/systemd/systemd-sysctl"
        try #require(access(tool, X_OK) == 0, "needs systemd")
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "") {
            let ports = (0..<900).map { "\(33001 + 2 * $0)" }.joined(separator: ", ")
            let configuration = try TemporaryFile(
                "targets:\n  - {name: many, addresses: 127.0.0.1, ports: [\(ports)]}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(advice.end == .exited(0) && advice.errors.contains("more than the kernel takes in one write"))
            let file = try TemporaryFile(advice.output, suffix: ".conf")
            #expect(try Program.run(tool, [file.path]).end == .exited(0))
            let again = try Binary.run("advise", "--config", configuration.path)
            #expect(again.output == advice.output && again.errors.hasSuffix("the ports are reserved already\n"))
        }
    }

    @Test("A stolen port is reserved, and the connection that has to end is named")
    func stolen() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 42_000)) {
            let listener = try ListeningSocket(Endpoint(.loopback4, 3000))
            let client = try Neighbours.client(from: 40010, to: "\(listener.endpoint)")
            let configuration = try TemporaryFile("targets: {name: web, addresses: 127.0.0.1, ports: 40010}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(Self.assignments(advice) == ["net.ipv4.ip_local_reserved_ports = 40010,40500-40509"])
            #expect(advice.output.contains("# - 127.0.0.1:40010 (web)\n") && !advice.output.contains("stolen"))
            #expect(
                advice.errors.contains(
                    "127.0.0.1:40010 is stolen: the connection that has the port has to end first: ss -K"))
            _ = consume client
        }
    }

    @Test("A target in another namespace gets its own section, which no sysctl.d file applies")
    func namespaces() throws {
        let blue = try NamedNamespace()
        try PrivateNetwork.run { [name = blue.name] in
            let configuration = try TemporaryFile(
                "targets: {name: web, addresses: 127.0.0.1, ports: 50010, namespace: \(name)}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(advice.end == .exited(0))
            #expect(Self.assignments(advice) == ["net.ipv4.ip_local_reserved_ports = 40500-40509"])
            let command = "nsenter --net=/run/netns/\(name) sysctl -w net.ipv4.ip_local_reserved_ports=50010"
            #expect(advice.output.contains("#   \(command)\n"))
            #expect(try Program.run("sh", ["-c", command]).end == .exited(0))
            let again = try Binary.run("advise", "--config", configuration.path)
            #expect(again.output == advice.output)
            #expect(again.errors.contains("already in the network namespace \(name)\n"))
        }
    }

    @Test("Without the right to enter a namespace its targets are inconclusive, with the reason")
    func noRight() throws {
        let blue = try NamedNamespace()
        let configuration = try TemporaryFile("targets: {name: web, ports: 50010, namespace: \(blue.name)}\n")
        let advice = try Program.run("setpriv", Self.withoutPrivileges + ["advise", "--config", configuration.path])
        #expect(advice.end == .exited(0) && Self.assignments(advice).isEmpty)
        let text = advice.output.split(separator: "\n").map { $0.drop { "# ".contains($0) } }.joined(separator: " ")
        #expect(text.contains("(EPERM); that takes CAP_SYS_ADMIN"), "\(advice.output)")
        #expect(advice.errors.contains("2 targets in the network namespace \(blue.name) could not be surveyed"))
    }

    @Test("CAP_SYS_ADMIN alone, as in systemd/namespaces.conf, permits entering a namespace")
    func right() throws {
        let blue = try NamedNamespace()
        let configuration = try TemporaryFile(
            "targets: {name: web, addresses: 127.0.0.1, ports: 50010, namespace: \(blue.name)}\n")
        let capability = ["--inh-caps", "-all,+sys_admin", "--ambient-caps", "-all,+sys_admin"]
        let program = Self.unprivileged + capability + ["--bounding-set", "-all,+sys_admin", Binary.path]
        let advice = try Program.run("setpriv", program + ["advise", "--config", configuration.path])
        #expect(advice.end == .exited(0), "\(advice.errors)")
        #expect(advice.output.contains("127.0.0.1:50010 (web)\n"))
    }

    @Test("An invalid configuration is reported as by check-config") func wrongConfiguration() throws {
        let configuration = try TemporaryFile("targets: {name: web, ports: 0}\n")
        let advice = try Binary.run("advise", "--config", configuration.path)
        #expect(advice.end == .exited(78) && advice.output.isEmpty)
        #expect(advice.errors.hasPrefix("\(configuration.path):1:29: port 0 is not valid"))
        #expect(try Binary.run("advise", "--config", "/nonexistent.yaml").end == .exited(78))
    }

    @Test(
        "The rehearsal shows that the remedy holds, and changes nothing in the calling namespace",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func rehearsal() throws {
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            for address in ["192.0.2.7/24", "2001:db8::7/64"] {
                try NamedNamespace.run("ip", "address", "add", address, "dev", "lo")
            }
            var addressSurvey = try AddressSurvey()
            let lan6 = try IPAddress("2001:db8::7")
            let isThere = try Waiting.holds { try addressSurvey.facts(about: lan6).isOwn }
            try #require(isThere)
            let configuration = try TemporaryFile(
                Self.example + "  - {name: lan, addresses: [192.0.2.7, \"2001:db8::7\"], ports: 40000}\n")
            let addresses = try NamedNamespace.run("ip", "address")
            let rehearsal = try Binary.run("advise", "--rehearse", "--config", configuration.path)
            #expect(rehearsal.end == .exited(0), "\(rehearsal.output)\(rehearsal.errors)")
            let rows = rehearsal.output.split(separator: "\n").filter { $0.hasSuffix("  holds") }
            #expect(rows.count == 10)
            #expect(rows.allSatisfy { $0.contains("susceptible: connect self-connected") })
            #expect(rows.allSatisfy { $0.contains("reserved: connect not-available") })
            #expect(rehearsal.output.contains("behave as own addresses: 192.0.2.7, 2001:db8::7\n"))
            #expect(rehearsal.output.hasSuffix("The remedy holds for all 10 targets.\n"))
            #expect(try Self.reserved() == "33333")
            #expect(try NamedNamespace.run("ip", "address") == addresses)
        }
    }

    @Test(
        "The rehearsal omits a listener that keeps a port latent, so that it shows the state without it",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func rehearsedLatent() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 42_000)) {
            let listener = try ListeningSocket(Endpoint(.loopback4, 40010))
            let configuration = try TemporaryFile("targets: {name: web, addresses: 127.0.0.1, ports: 40010}\n")
            let rehearsal = try Binary.run("advise", "--rehearse", "--config", configuration.path)
            #expect(rehearsal.end == .exited(0))
            #expect(rehearsal.output.contains("127.0.0.1:40010  web   susceptible: connect self-connected"))
            _ = consume listener
        }
    }

    @Test(
        "An unprivileged user can rehearse in a user namespace",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func unprivilegedRehearsal() throws {
        let isPossible = try Program.run("setpriv", Self.unprivileged + ["unshare", "-rn", "true"]).end == .exited(0)
        try #require(isPossible, "needs a host that allows user namespaces to unprivileged users")
        try PrivateNetwork.run(range: PortRange(32768, 60999), reserved: "33333") {
            let configuration = try TemporaryFile(Self.example)
            let command = Self.withoutPrivileges + ["advise", "--rehearse", "--config", configuration.path]
            let rehearsal = try Program.run("setpriv", command)
            #expect(rehearsal.end == .exited(0), "\(rehearsal.output)\(rehearsal.errors)")
            #expect(rehearsal.output.hasSuffix("The remedy holds for all 8 targets.\n"))
            let wrong = try TemporaryFile("targets: {}\n")
            let fault = try Program.run(
                "setpriv", Self.withoutPrivileges + ["advise", "--rehearse", "--config", wrong.path])
            #expect(fault.end == .exited(78))
        }
    }

    @Test("If private namespaces are forbidden, the rehearsal reports it") func forbidden() throws {
        let configuration = try TemporaryFile(Self.example)
        let script = """
            echo 0 > /proc/sys/user/max_user_namespaces
            exec setpriv --bounding-set -all --inh-caps -all "$@"
            """
        let arguments = ["-r", "sh", "-c", script, "sh", Binary.path, "advise", "--rehearse", "--config"]
        let rehearsal = try Program.run("unshare", arguments + [configuration.path])
        #expect(rehearsal.end == .exited(1) && rehearsal.output.isEmpty)
        #expect(rehearsal.errors.contains("(ENOSPC): this host forbids private namespaces"), "\(rehearsal.errors)")
    }

    private static let unprivileged = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    private static var withoutPrivileges: [String] { unprivileged + [Binary.path] }

    private static let example = """
        targets:
          - name: hdfs-datanode
            ports: [50010, 50020-50022]
            clients: [connect, bind]
          - name: postgresql
            ports: 5432

        """

    private static func assignments(_ outcome: Program.Outcome) -> [String] {
        outcome.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    private static func reserved() throws -> String { "\(try KernelSurvey().read().reservedPorts)" }
}
