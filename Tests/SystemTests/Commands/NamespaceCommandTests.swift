import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// Commands in other network namespaces than their own.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct NamespaceCommandTests {
    @Test("scan finds a listener in a configured target's namespace, in a given one, and in all namespaces")
    func scan() throws {
        try besideListener { name, path in
            let file = try TemporaryFile(
                "targets: [{name: web, ports: [40001], addresses: [127.0.0.1], namespace: \(name)}]")
            let none = ["--config", "/dev/null"]
            for arguments in [
                ["--config", file.path], none + ["--namespace", name], none + ["--namespace", path],
                none + ["--all-namespaces"],
            ] {
                let outcome = try run(["scan"] + arguments)
                let isFound = outcome.output.contains("127.0.0.1:50051 in \(name): latent")
                #expect(isFound, "\(arguments): \(outcome.output) \(outcome.errors)")
            }
            #expect(try !run(["scan"] + none).output.contains("50051"))
        }
    }

    @Test("probe and map work in the given namespace") func probeAndMap() throws {
        let blue = try NamedNamespace()
        try blue.run("sysctl", "-q", "net.ipv4.ip_local_port_range=50000 50009")
        let probe = try run(["probe", "127.0.0.1:50000", "--namespace", blue.name])
        #expect(probe.end == .exited(1) && probe.output.contains("susceptible"), "\(probe.output) \(probe.errors)")
        let map = try run(["map", "--namespace", blue.name])
        #expect(map.output.contains("50000-50009"), "\(map.output) \(map.errors)")
    }

    @Test("advise finds a listener in a namespace, and prints the line and where it has to be to last") func advise()
        throws
    {
        try besideListener { name, path in
            let key = "net.ipv4.ip_local_reserved_ports"
            let none = ["advise", "--config", "/dev/null"]
            let all = try TemporaryFile("discover: {namespaces: true}")
            for arguments in [
                none + ["--namespace", name], none + ["--namespace", path], none + ["--all-namespaces"],
                ["advise", "--config", all.path],
            ] {
                let outcome = try run(arguments)
                // What else is on the host can have faults of its own.
                let isAlone = arguments.contains("--namespace")
                #expect(!isAlone || outcome.end == .exited(0), "\(arguments): \(outcome.errors)")
                let command = "nsenter --net=/run/netns/\(name) sysctl -w \(key)=50051"
                for line in ["#   \(command)\n", "#   ExecStartPost=\(command)\n", "# - 127.0.0.1:50051 ("] {
                    #expect(outcome.output.contains(line), "\(arguments): \(outcome.output)")
                }
                let check = try run(arguments + ["--check"])
                #expect(!isAlone || check.end == .exited(1) && check.output.isEmpty, "\(check)")
            }
            let pod = try run(none + ["--namespace", name, "--format", "kubernetes"])
            #expect(pod.output.hasSuffix("      - name: \(key)\n        value: \"50051\"\n"), "\(pod.output)")
            #expect(try !run(none).output.contains("50051"))
            let file = try run(["advise", "--config", all.path, "--write", "/nonexistent/90-x.conf"])
            #expect(!file.errors.contains(name), "a file reaches no other namespace: \(file.errors)")
            try Command.run("nsenter", "--net=\(path)", "sysctl", "-w", "\(key)=50051")
            #expect(try run(none + ["--namespace", name, "--check"]).end == .exited(0))
        }
    }

    @Test(
        "A missing namespace is an error that names it",
        arguments: ["probe 127.0.0.1:1", "map", "scan", "advise"])
    func missing(_ command: String) throws {
        let outcome = try run(command.split(separator: " ").map(String.init) + ["--namespace", "no-such-namespace"])
        #expect(outcome.end == .exited(2))
        #expect(outcome.errors.contains("no-such-namespace"), "\(outcome.errors)")
    }

    @Test("--namespace and --all-namespaces exclude each other, and a name has to be valid") func usage() throws {
        for command in ["scan", "advise"] {
            #expect(try run([command, "--namespace", "blue", "--all-namespaces"]).end == .exited(64))
        }
        for option in [["--write", "/nonexistent/90-x.conf"], ["--format", "ansible"]] {
            #expect(try run(["advise", "--namespace", "blue"] + option).end == .exited(64))
        }
        #expect(try run(["probe", "127.0.0.1:1", "--namespace", "a/b"]).end == .exited(64))
    }
}

/// Runs in a private network, while a process listens on 127.0.0.1:50051 in another namespace, which has a name and a path.
private func besideListener(_ body: @escaping @Sendable (_ name: String, _ path: String) throws -> Void) throws {
    let blue = try NamedNamespace()
    let (name, path) = (blue.name, blue.path)
    try PrivateNetwork.run {
        let home = try NetworkNamespace.current()
        try NetworkNamespace.open(path).enter()
        let server = try ListeningProcess(on: "127.0.0.1", port: 50_051)
        try home.enter()
        try body(name, path)
        withExtendedLifetime(server) {}
    }
}

private func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(Binary.path, arguments) }
