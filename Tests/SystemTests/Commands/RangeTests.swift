import Linux
import SelfConnect
import TestSupport
import Testing

/// Commands on ranges of ports. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces")) struct RangeTests {
    @Test("probe takes a range, and its table has a line for each endpoint, the remedy and the totals") func table()
        throws
    {
        try PrivateNetwork.run {
            let listener = try Neighbours.listener(on: "127.0.0.1:40004")
            let arguments = ["probe", "127.0.0.1:40001-40004", "[::1]:40505"]
            let outcome = try Program.run(Binary.path, arguments + ["--format", "table"])
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(outcome.end == .exited(1) && outcome.errors.isEmpty, "\(outcome)")
            let cells = lines.prefix(6).map { $0.split(whereSeparator: \.isWhitespace).prefix(4).map(String.init) }
            #expect(
                cells == [
                    ["ENDPOINT", "VERDICT", "SEVERITY", "HOLDER"], ["127.0.0.1:40002", "susceptible", "critical"],
                    ["127.0.0.1:40001", "susceptible", "warning"], ["127.0.0.1:40003", "susceptible", "warning"],
                    ["127.0.0.1:40004", "latent", "warning", "listening"], ["[::1]:40505", "reserved", "ok"],
                ], "\(outcome.output)")
            let totals =
                "5 endpoints: 1 susceptible (critical), 2 susceptible (warning), 1 latent (warning), 1 reserved (ok)"
            #expect(lines.last == totals && lines[6].hasPrefix("remedy: sysctl -w "), "\(outcome.output)")
            let text = try Program.run(Binary.path, arguments).output
            #expect(text.hasSuffix("\n\(totals)\n"), "\(text)")
            #expect(try Program.run(Binary.path, arguments + ["--json"]).output.hasPrefix("{"))
            withExtendedLifetime(listener) {}
        }
    }

    @Test("--format json is --json, and the totals are for more than one endpoint") func formats() throws {
        try PrivateNetwork.run {
            let json = try Binary.run("probe", "--format", "json", "127.0.0.1:30000-30009")
            let answer: TargetsAnswer = try Answer.decoded(json.output)
            #expect(answer.targets.map(\.endpoint) == (30_000...30_009).map { "127.0.0.1:\($0)" })
            #expect(try !Binary.run("probe", "127.0.0.1:30000").output.contains("endpoints: "))
        }
    }

    @Test("A table is broken at the width of the terminal, and has colours there") func terminal() throws {
        try PrivateNetwork.run {
            let listener = try Neighbours.listener(on: "127.0.0.1:40004")
            var program = try TerminalProgram(
                Binary.path, ["probe", "--format", "table", "127.0.0.1:40002", "127.0.0.1:40004"], columns: 40)
            _ = try program.finish()
            let screen = program.screen
            #expect(screen.contains("\u{1B}[1;31m127.0.0.1:40002  susceptible  critical\u{1B}[0m\n"), "\(screen)")
            // Without colours, and without the progress of a loop, which is erased.
            let rows = screen.replacing(/\u{1B}\[[0-9;]*m|\r?\u{1B}\[K[^\r\n]*(?=\r\u{1B}\[K)|\r?\u{1B}\[K/, with: "")
                .split(separator: "\n")
            let isVerbatim = { (line: Substring) in line.contains("remedy: ") || line.contains("to last") }
            #expect(rows.allSatisfy { $0.count <= 40 || isVerbatim($0) }, "\(screen)")
            withExtendedLifetime(listener) {}
        }
    }

    @Test("scan takes a range, and names the command for configured targets that it does not show") func scan() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("targets: {name: web, addresses: 127.0.0.1, ports: 40010-40019}\n")
            let outcome = try Binary.run("scan", "127.0.0.1:40018-40021", "--format", "table", "--config", file.path)
            #expect(outcome.end == .exited(1), "\(outcome)")
            #expect(outcome.output.contains("\n4 endpoints: 2 susceptible (critical), 2 susceptible (warning)\n"))
            let command = "  selfconnectd probe --format table 127.0.0.1:40010-40017\n"
            #expect(
                outcome.output.hasSuffix(
                    "Not shown: whether clients can connect to themselves on 8 configured targets. The daemon shows"
                        + " that, or now:\n\(command)"), "\(outcome.output)")
            let silent = try Binary.run("scan", "--config", file.path)
            #expect(silent.end == .exited(0) && silent.output.contains("on 10 configured targets"), "\(silent)")
            let words = command.split(separator: " ").dropFirst().joined(separator: " ")
            let probe = try Program.run("sh", ["-c", "\(Binary.path) \(words)"])
            #expect(probe.output.contains("\n8 endpoints: "), "\(probe)")
        }
    }

    @Test("scan examines targets of all addresses") func hostWide() throws {
        try PrivateNetwork.run {
            let file = try TemporaryFile("targets: {name: web, addresses: all, ports: 40010}\n")
            let outcome = try Binary.run("scan", "--config", file.path)
            #expect(outcome.output.contains("Stolen ports: 0 of the 1 configured or named port"), "\(outcome)")
        }
    }

    @Test(
        "Filtered ports are inconclusive, and leave those after them to their own probes",
        .enabled(if: PacketFilter.isAvailable, "needs nftables"),
        // The attempts of a loop come from filtered ports too, and then time out.
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func filtered() throws {
        try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40000-40005 drop")
            let outcome = try Binary.run("probe", "--format", "table", "127.0.0.1:40000-40009")
            let totals = "10 endpoints: 2 susceptible (critical), 2 susceptible (warning), 6 inconclusive (warning)\n"
            #expect(outcome.end == .exited(1) && outcome.output.hasSuffix(totals), "\(outcome)")
        }
    }
}
