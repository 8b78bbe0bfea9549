import Linux
import SelfConnect
import TestSupport
import Testing

/// Files that `advise --write` replaces, on hosts where little is watched.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct AdviceFileTests {
    private static let key = "net.ipv4.ip_local_reserved_ports"
    /// The daemon has no port, and no target is in the host's own namespace.
    private static let nothingOwn = "listen: \"unix:/run/selfconnectd.sock\"\ndiscover: {listeners: false}\n"

    @Test("Reserved ports stay in the file if no target is in the host's own namespace", arguments: ["", "nosuch"])
    func nothingOwn(_ namespace: String) throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "40010,40070") {
            let folder = try TemporaryFolder()
            let path = folder.path + "/90-selfconnectd.conf"
            try Command.script("echo '\(Self.key) = 40010,40080' > \(path)")
            let targets = namespace.isEmpty ? "" : "targets: {name: web, ports: 40012, namespace: \(namespace)}\n"
            let configuration = try TemporaryFile(Self.nothingOwn + targets)
            let outcome = try Binary.run("advise", "--write", path, "--config", configuration.path)
            #expect(outcome.end == .exited(0), "\(outcome)")
            #expect(try Command.run("cat", path).hasSuffix("\n\(Self.key) = 40010,40070,40080\n"))
        }
    }

    @Test("A target that could not be surveyed fails the check") func unknown() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let configuration = try TemporaryFile(
                Self.nothingOwn + "targets: {name: web, ports: 40012, namespace: nosuch}\n")
            let outcome = try Binary.run("advise", "--check", "--config", configuration.path)
            #expect(outcome.end == .exited(2) && outcome.output.isEmpty, "\(outcome)")
            let advice = try Binary.run("advise", "--config", configuration.path)
            #expect(!advice.errors.contains("nothing to reserve in the network namespace nosuch"), "\(advice.errors)")
        }
    }

    @Test("A symbolic link and the mode of the file are kept; comments do not count in a check") func link() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let folder = try TemporaryFolder()
            try Command.script("cd \(folder.path) && touch real && chmod 600 real && ln -s real link")
            let configuration = try TemporaryFile("targets: {name: web, ports: 40012}\n")
            let arguments = ["advise", "--write", folder.path + "/link", "--config", configuration.path]
            #expect(try Program.run(Binary.path, arguments).end == .exited(0))
            #expect(try Command.run("stat", "--format=%F %a", folder.path + "/link").hasPrefix("symbolic link"))
            #expect(try Command.run("stat", "--format=%F %a", folder.path + "/real") == "regular file 600\n")
            try Command.script("sysctl -q -p \(folder.path)/real; echo '# another comment' >>\(folder.path)/real")
            #expect(try Program.run(Binary.path, arguments + ["--check"]).end == .exited(0))
        }
    }

    @Test("Ports that are excluded from discovery are not in the advice") func excluded() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 45_000), reserved: "") {
            let listeners = try [40_010, 40_020].map { try ListeningSocket(Endpoint(.loopback4, $0)) }
            let configuration = try TemporaryFile("discover: {exclude: [40000-40015]}\n")
            let advice = try Binary.run("advise", "--config", configuration.path)
            withExtendedLifetime(listeners) {
                #expect(advice.output.hasSuffix("\n\(Self.key) = 40020\n"), "\(advice)")
            }
        }
    }

    @Test("The remedy of a probe in another namespace is for that namespace") func probed() throws {
        let blue = try NamedNamespace()
        try PrivateNetwork.run(reserved: "40500") { [name = blue.name] in
            let outcome = try Binary.run("probe", "127.0.0.1:50010", "--namespace", name)
            let command = "remedy: nsenter --net=/run/netns/\(name) sysctl -w \(Self.key)=50010"
            #expect(outcome.output.contains(command), "\(outcome.output)")
            #expect(!outcome.output.contains("remedy: sysctl"), "that would replace the list of the host")
        }
    }
}
