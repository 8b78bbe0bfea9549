import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// Commands on a terminal. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(
    .enabled(if: PrivateNetwork.isAvailable),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct TerminalTests {
    private static let critical = "\u{1B}[1;31m127.0.0.1:40002: susceptible (critical, proof: directed)\u{1B}[0m\n"
    private static let ok = "\u{1B}[32m127.0.0.1:40505: reserved (ok, proof: directed)\u{1B}[0m\n"

    /// What a command shows on a terminal.
    private static func screen(
        _ arguments: [String], environment: [String: String] = [:], columns: UInt16 = 200
    ) throws -> String {
        var program = try TerminalProgram(Binary.path, arguments, environment: environment, columns: columns)
        _ = try program.finish()
        return program.screen
    }

    @Test("On a terminal severities have colours, the most dangerous first") func colors() throws {
        try PrivateNetwork.run {
            let screen = try Self.screen(["probe", "127.0.0.1:40505", "127.0.0.1:40002"])
            let first = try #require(screen.ranges(of: Self.critical).first, "\(screen)")
            let second = try #require(screen.ranges(of: Self.ok).first, "\(screen)")
            #expect(first.lowerBound < second.lowerBound)
            let scan = try Self.screen(["scan", "--config", "/dev/null", "127.0.0.1:40505", "127.0.0.1:40002"])
            #expect(scan.hasPrefix(Self.critical) && scan.contains(Self.ok), "\(scan)")
        }
    }

    @Test("map, guard and the rehearsal of advise have colours on a terminal too") func moreColors() throws {
        try PrivateNetwork.run {
            let map = try Self.screen(["map"])
            #expect(map.contains("\u{1B}[32m40500-40509        10  reserved\u{1B}[0m\n"), "\(map)")
            let refused = try Self.screen(["guard", "127.0.0.1:40505"])
            #expect(refused.hasPrefix("\u{1B}[33m127.0.0.1:40505: refused: the kernel gives"), "\(refused)")
            let configuration = try TemporaryFile("targets: [{name: web, ports: 40002, addresses: 127.0.0.1}]")
            let rehearse = ["advise", "--rehearse", "--force", "--config", configuration.path]
            let rehearsal = try Self.screen(rehearse)
            #expect(rehearsal.contains("\u{1B}[32mThe remedy holds for the one target.\u{1B}[0m\n"), "\(rehearsal)")
            for command in [["map"], ["guard", "127.0.0.1:40505"], rehearse] {
                #expect(try !Program.run(Binary.path, command).output.contains("\u{1B}"))
                #expect(try !Self.screen(command + ["--color", "never"]).contains("\u{1B}[3"))
            }
        }
    }

    @Test(
        "Colours can be turned off, by the option, by NO_COLOR and by TERM",
        arguments: [
            (["--color", "never"], [:]), ([], ["NO_COLOR": "1"]), ([], ["TERM": "dumb"]),
        ] as [([String], [String: String])])
    func noColors(_ options: [String], _ environment: [String: String]) throws {
        try PrivateNetwork.run {
            let screen = try Self.screen(["probe", "127.0.0.1:40002"] + options, environment: environment)
            #expect(screen.hasPrefix("127.0.0.1:40002: susceptible") && !screen.contains("\u{1B}"), "\(screen)")
        }
    }

    @Test("A pipe gets neither colours nor line breaks, unless it is asked for colours") func pipe() throws {
        try PrivateNetwork.run {
            let narrow = ["COLUMNS": "40", "TERM": "xterm"]
            let plain = try Binary.run("probe", "127.0.0.1:40002", environment: narrow).output
            #expect(!plain.contains("\u{1B}"))
            #expect(plain.contains { $0 == "\n" } && plain.split(separator: "\n")[1].count > 100, "\(plain)")
            // The same lines without a width.
            let wide = try Self.screen(["probe", "--color", "never", "127.0.0.1:40002"], columns: 10_000)
            #expect(wide == plain)
            let colored = try Binary.run("probe", "--color", "always", "127.0.0.1:40002", environment: narrow).output
            #expect(colored.hasPrefix(Self.critical) && !colored.contains("\r"))
            #expect(colored.dropFirst(Self.critical.count) == plain.drop { $0 != "\n" }.dropFirst())
        }
    }

    @Test(
        "Lines are broken between words at the width of the terminal, but not what is to be copied",
        arguments: [(60, 60, ""), (20, 40, ""), (200, 50, "50")] as [(UInt16, Int, String)])
    func width(_ window: UInt16, _ expected: Int, _ variable: String) throws {
        try PrivateNetwork.run {
            let plain = try Binary.run("probe", "127.0.0.1:40002", "127.0.0.1:40505").output
            let screen = try Self.screen(
                ["probe", "--color", "never", "127.0.0.1:40002", "127.0.0.1:40505"], environment: ["COLUMNS": variable],
                columns: window)
            let isVerbatim = { (line: Substring) in line.contains("remedy: ") || line.contains("to last") }
            let rows = screen.split(separator: "\n")
            #expect(rows.contains { $0.count > expected - 12 })
            #expect(rows.allSatisfy { $0.count <= expected || isVerbatim($0) }, "\(screen)")
            #expect(rows.count > plain.split(separator: "\n").count)
            #expect(screen.split(whereSeparator: \.isWhitespace) == plain.split(whereSeparator: \.isWhitespace))
            let commands = plain.split(separator: "\n").filter(isVerbatim)
            #expect(commands.count == 2 && rows.filter(isVerbatim) == commands)
        }
    }

    @Test("A loop shows its progress on one row, and leaves the same text as in a pipe") func loopProgress() throws {
        try PrivateNetwork.run(range: PortRange(32_768, 60_999)) {
            var program = try TerminalProgram(
                Binary.path, ["probe", "--method", "loop", "127.0.0.1:50010"], columns: 200)
            let outcome = try program.finish()
            #expect(outcome.end == .exited(1))
            let screen = program.screen
            let progress = /\r\u{1B}\[K127\.0\.0\.1:50010: \d+ attempts, \d+\/s, chance so far [0-9.]+ %/
            #expect(screen.prefixMatch(of: progress) != nil, "\(screen)")
            // What the terminal shows in the end.
            let rest = try #require(screen.components(after: "\u{1B}[K"))
            let pattern = /Trying to connect to 127\.0\.0\.1:50010\.\.\.(\.*)Connected after (\d+) attempts\n/
            let match = try #require(rest.prefixMatch(of: pattern), "\(rest)")
            #expect(Int(match.2).map { $0 / 1000 } == match.1.count)
        }
    }

    @Test("A file gets the text of a loop while the terminal shows its progress") func capturedLoop() throws {
        try PrivateNetwork.run {
            var program = try TerminalProgram(
                Binary.path, ["probe", "--method", "loop", "127.0.0.1:40002"], capturesOutput: true)
            let outcome = try program.finish()
            // A dot per thousand attempts.
            let start = /Trying to connect to 127\.0\.0\.1:40002\.\.\.(\.*)Connected after (\d+) attempt/
            let match = try #require(outcome.output.prefixMatch(of: start), "\(outcome.output)")
            #expect(Int(match.2).map { $0 / 1000 } == match.1.count)
            #expect(!outcome.output.contains("\u{1B}"))
            let screen = program.screen
            #expect(screen.contains(" attempts, ") && screen.hasSuffix("\r\u{1B}[K"), "\(screen)")
        }
    }

    @Test("A map shows the share of the range that it has, and erases it") func mapProgress() throws {
        try PrivateNetwork.run {
            var program = try TerminalProgram(Binary.path, ["map", "--json"], capturesOutput: true)
            let outcome = try program.finish()
            #expect(outcome.end == .exited(0) && outcome.output.hasPrefix("{"))
            let progress = /(\r\u{1B}\[K127\.0\.0\.1: \d+ % of the ports 40000-41000)+\r\u{1B}\[K/
            let screen = program.screen
            #expect(screen.wholeMatch(of: progress) != nil, "\(screen)")
        }
    }

    @Test("A terminal that cannot rewrite a row shows no progress") func dumb() throws {
        try PrivateNetwork.run {
            var program = try TerminalProgram(
                Binary.path, ["map"], environment: ["TERM": "dumb"], capturesOutput: true)
            let outcome = try program.finish()
            let screen = program.screen
            #expect(outcome.end == .exited(0) && screen == "")
        }
    }
}

extension String {
    /// What follows the last occurrence of a text.
    fileprivate func components(after text: String) -> Substring? {
        ranges(of: text).last.map { self[$0.upperBound...] }
    }
}
