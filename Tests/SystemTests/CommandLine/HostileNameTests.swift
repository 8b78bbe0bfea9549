import Glibc
import Linux
import TestSupport
import Testing

/// Processes whose names control a terminal or end a line. The range is 40000-41000.
@Suite("Untrusted names", .enabled(if: PrivateNetwork.isAvailable)) struct HostileNameTests {
    /// Names in Perl syntax, at most 15 octets: an escape sequence, an additional line, carriage returns, C1 and a
    /// bidirectional mark in UTF-8, and invalid UTF-8.
    private static let names = [
        #"\e[2J\e]0;x\a"#, #"a\nkernel.x=1 #"#, #"a\rb\x0bc\x7f"#, #"a\xc2\x9b2J\xe2\x80\xae"#, #"a\xff\xfe\x80"#,
    ]

    private static let listener = """
        socket(S, PF_INET, SOCK_STREAM, 0) or die $!; bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) or die $!;
        listen(S, 5) or die $!; sleep 3600;
        """

    @Test("No name reaches a terminal or the log with control characters or line ends") func names() throws {
        try PrivateNetwork.run {
            let ports = Self.names.indices.map { "\(40_002 + $0)" }
            let processes = try zip(Self.names, ports).map { name, port in
                try Child(["perl", "-MSocket", "-e", "$0 = \"\(name)\"; \(Self.listener)", port])
            }
            let file = try TemporaryFile("targets: [{name: web, addresses: [127.0.0.1], ports: 40002-40006}]")
            let config = ["--config", file.path]
            let areThere = try Waiting.holds {
                try Program.run(Binary.path, ["scan"] + config).output.count(of: ": latent") == Self.names.count
            }
            #expect(areThere)
            var daemon = try RunningDaemon("targets: [{name: web, addresses: [127.0.0.1], ports: 40002-40006}]")
            let page = try daemon.get("/", "-H", "Accept: text/html").content
            #expect(daemon.stop().end == .exited(0))
            let endpoints = ports.map { "127.0.0.1:\($0)" }
            let commands = [
                ["scan"] + config, ["scan", "--json"] + config, ["probe"] + endpoints, ["probe", "--json"] + endpoints,
                ["probe", "--format", "table"] + endpoints, ["scan", "--format", "table"] + config,
                ["map"], ["map", "--json"], ["advise"] + config, ["advise", "--rehearse"] + config,
            ]
            var texts = [("log", daemon.program.errors), ("page", page)]
            for command in commands {
                let outcome = try Program.run(Binary.path, command)
                texts.append((command.joined(separator: " "), outcome.output + outcome.errors))
            }
            for (place, text) in texts {
                let hostile = text.unicodeScalars.filter { $0.isForTerminals && $0 != "\n" }
                #expect(hostile.isEmpty, "\(place): \(hostile.map { $0.value })")
                #expect(!text.split(separator: "\n").contains { $0.hasPrefix("kernel.x") }, "\(place)")
            }
            // They are still shown.
            #expect(texts[0].1.contains("]0;x") && texts[0].1.contains("kernel.x=1 #"), "\(texts[0].1)")
            withExtendedLifetime(processes) {}
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isForTerminals: Bool {
        [.control, .format, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
    }
}

extension String {
    fileprivate func count(of part: String) -> Int {
        split(separator: part, omittingEmptySubsequences: false).count - 1
    }
}
