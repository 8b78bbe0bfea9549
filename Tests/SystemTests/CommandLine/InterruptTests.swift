import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// Ctrl-C while a command runs: it prints what it has learned, and ends by the signal.
@Suite(
    .enabled(if: PrivateNetwork.isAvailable),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct InterruptTests {
    /// A range whose sweep and whose loops take a while.
    private static let range = PortRange(1024, 65_535)
    private static let interrupt = "\u{3}"

    /// Types Ctrl-C when a command shows its progress, until it is in time for it: the command may end by itself before.
    private static func interrupted(_ arguments: String...) throws -> Program.Outcome {
        try PrivateNetwork.run(range: range, reserved: "") {
            for _ in 0..<20 {
                var program = try TerminalProgram(Binary.path, arguments, capturesOutput: true)
                try program.wait(for: ["\u{1B}[K127.0.0.1:"])
                program.type(interrupt)
                let outcome = try program.finish()
                if outcome.end == .killed(SIGINT) { return outcome }
            }
            return try Binary.run("--version")
        }
    }

    @Test("A loop prints its attempts, their chance, and the verdict") func loop() throws {
        let outcome = try Self.interrupted("probe", "--method", "loop", "--client", "range", "127.0.0.1:50010")
        #expect(outcome.end == .killed(SIGINT))
        let pattern =
            /Trying to connect to 127\.0\.0\.1:50010\.\.\.\.*Interrupted after (\d+) attempts, with a chance of [0-9.]+ % to connect until then\n127\.0\.0\.1:50010: susceptible/
        #expect(outcome.output.prefixMatch(of: pattern) != nil, "\(outcome.output)")
        #expect(outcome.output.contains(/\nremedy: sysctl -w net\.ipv4\.ip_local_reserved_ports=(\d+,)*50010\n/))
    }

    @Test("A map has the ports that were swept; the others were not measured") func map() throws {
        let outcome = try Self.interrupted("map")
        #expect(outcome.end == .killed(SIGINT))
        let pattern = /A client can connect to itself on (\d+) of 64512 ports; (\d+) others were not measured\./
        let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let match = try #require(text.firstMatch(of: pattern), "\(text.prefix(400))")
        let (measured, rest) = (Int(match.1) ?? 0, Int(match.2) ?? 0)
        #expect(measured > 0 && rest > 0 && measured + rest == 64_512)
        #expect(text.contains("Not complete: interrupted."))
    }

    @Test("A shell sees the signal, which is status 130, and ends as well") func shell() throws {
        try PrivateNetwork.run(range: Self.range, reserved: "") {
            for _ in 0..<20 {
                let script = "for i in 1 2 3; do \"$0\" map >/dev/null; echo \"status $?\"; done"
                var program = try TerminalProgram("bash", ["-c", script, Binary.path], capturesOutput: true)
                try program.wait(for: ["127.0.0.1: "])
                program.type(Self.interrupt)
                let outcome = try program.finish()
                // It came too late for the first command.
                guard !outcome.output.contains("status 0") else { continue }
                #expect(outcome.end == .killed(SIGINT) && outcome.output == "", "\(outcome)")
                return
            }
            Issue.record("no signal was in time")
        }
    }

    @Test("While --hold waits, Ctrl-C prints the verdict and closes the connection") func hold() throws {
        try PrivateNetwork.run {
            var program = try TerminalProgram(
                Binary.path, ["probe", "127.0.0.1:40002", "--method", "loop", "--hold", "--color", "never"],
                columns: 200)
            try program.wait(for: ["Press Enter to continue...\n"])
            program.type(Self.interrupt)
            let outcome = try program.finish()
            let screen = program.screen
            #expect(outcome.end == .killed(SIGINT))
            #expect(screen.contains("\n127.0.0.1:40002: susceptible"), "\(screen)")
        }
    }

    @Test("Where the signal is ignored, as in the background of a script, it stays ignored") func ignored() throws {
        try PrivateNetwork.run(range: Self.range, reserved: "") {
            var program = try TerminalProgram(
                "sh", ["-c", "trap '' INT; exec \"$0\" map", Binary.path], capturesOutput: true)
            try program.wait(for: ["127.0.0.1: "])
            program.type(Self.interrupt)
            let outcome = try program.finish()
            #expect(outcome.end == .exited(0) && outcome.output.contains("64512 ports (100 %)"), "\(outcome)")
        }
    }
}
