import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// Commands in other network namespaces than their own.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct NamespaceCommandTests {
    @Test("scan finds a listener in a configured target's namespace, in a given one, and in all namespaces")
    func scan() throws {
        let blue = try NamedNamespace()
        let (name, path) = (blue.name, blue.path)
        try PrivateNetwork.run {
            let home = try NetworkNamespace.current()
            try NetworkNamespace.open(path).enter()
            let server = try ListeningProcess(on: "127.0.0.1", port: 50_051)
            try home.enter()
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
            withExtendedLifetime(server) {}
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

    @Test("A missing namespace is an error that names it", arguments: ["probe 127.0.0.1:1", "map", "scan"])
    func missing(_ command: String) throws {
        let outcome = try run(command.split(separator: " ").map(String.init) + ["--namespace", "no-such-namespace"])
        #expect(outcome.end == .exited(2))
        #expect(outcome.errors.contains("no-such-namespace"), "\(outcome.errors)")
    }

    @Test("--namespace and --all-namespaces exclude each other, and a name has to be valid") func usage() throws {
        #expect(try run(["scan", "--namespace", "blue", "--all-namespaces"]).end == .exited(64))
        #expect(try run(["probe", "127.0.0.1:1", "--namespace", "a/b"]).end == .exited(64))
    }
}

private func run(_ arguments: [String]) throws -> Program.Outcome { try Program.run(Binary.path, arguments) }
