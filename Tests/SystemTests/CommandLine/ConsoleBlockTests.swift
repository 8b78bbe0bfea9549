// The sessions of README.md, repeated: a reader sees what the document shows, figures aside.

import Linux
import SelfConnect
import TestSupport
import Testing

/// The console blocks of README.md whose commands begin with `selfconnectd` or `curl`.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct ConsoleBlockTests {
    @Test(
        "A session of the README shows what the commands print, figures aside",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: try ConsoleStep.all())
    func session(_ step: ConsoleStep) throws {
        try PrivateNetwork.run(range: PortRange(32_768, 60_999), reserved: "33333") {
            let output = try step.isMap ? Self.runBesideNeighbours(step) : Self.runBesideDaemon(step)
            #expect(step.isShown(in: output), "\(step) prints:\n\(output)")
        }
    }

    @Test("The README has sessions with a daemon's answer, a probe, a loop, a map, and the remedy") func covered()
        throws
    {
        let commands = try ConsoleStep.all().map(\.command)
        for word in ["curl ", "selfconnectd probe 1", "probe --method loop --hold", "selfconnectd map", "advise"] {
            #expect(commands.contains { $0.contains(word) }, "\(word)")
        }
    }

    /// The daemon of the README watches the ports of HDFS.
    private static func runBesideDaemon(_ step: ConsoleStep) throws -> String {
        let targets = "targets: [{name: hdfs-datanode, ports: [50010, 50020, 50075], addresses: [127.0.0.1]}]\n"
        var daemon = try RunningDaemon(targets)
        let file = try TemporaryFile(targets)
        // Without this option it would be the file of the host.
        let options = step.command.contains(" advise") ? " --config \(file.path)" : ""
        let output = try step.run(with: options)
        #expect(daemon.stop().end == .exited(0))
        return output
    }

    /// The map of the README has a listener and a socket that is connected to itself.
    private static func runBesideNeighbours(_ step: ConsoleStep) throws -> String {
        let listener = try Neighbours.listener(on: "127.0.0.1:40000")
        let loop = try Program(Binary.path, ["probe", "--method", "loop", "--hold", "127.0.0.1:41080"])
        let isHeld = Waiting.holds { loop.output.hasSuffix("Press Enter to continue...\n") }
        #expect(isHeld, "\(loop.output)")
        let output = try step.run(with: "")
        withExtendedLifetime(listener) {}
        return output
    }
}

/// A command of a session with the output that the document shows.
struct ConsoleStep: CustomTestStringConvertible, CustomStringConvertible, Sendable {
    /// As typed, without the comment.
    let command: String
    private let expected: String
    private let line: Int

    var isMap: Bool { command.hasSuffix(" map") }
    var description: String { "README.md:\(line): \(command)" }
    var testDescription: String { description }

    /// The steps of the README that can be repeated.
    static func all() throws -> [ConsoleStep] {
        var steps: [ConsoleStep] = []
        var isInBlock = false
        var shown: (command: Substring, line: Int, output: [Substring])?
        func finish() {
            if let step = shown.map(ConsoleStep.init), step.isRepeatable { steps.append(step) }
            shown = nil
        }
        for (index, line) in try Repository.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line.hasPrefix("```") {
                finish()
                isInBlock = line == "```console"
            } else if isInBlock, line.hasPrefix("$ ") {
                finish()
                shown = (line.dropFirst(2), index + 1, [])
            } else {
                shown?.output.append(line)
            }
        }
        return steps
    }

    private init(_ shown: (command: Substring, line: Int, output: [Substring])) {
        let parts = shown.command.replacing(".build/release/selfconnectd", with: "selfconnectd").split(
            separator: "  # ")
        command = parts[0].reversed().drop { $0 == " " }.reversed().map(String.init).joined()
        line = shown.line
        expected = shown.output.joined(separator: "\n")
    }

    private var isRepeatable: Bool { command.hasPrefix("selfconnectd ") || command.hasPrefix("curl ") }

    /// Runs the command; what it asks the user for is at its end.
    func run(with options: String) throws -> String {
        let words = "selfconnectd() { \(Binary.path) \"$@\"; }; \(command)\(options) </dev/null"
        let output = try Program.run("sh", ["-c", words]).output
        return output.split(separator: "continue...\n", maxSplits: 1).first.map {
            command.contains("--hold") ? "\($0)continue...\n" : output
        } ?? output
    }

    /// Whether the output has all that the document shows, in its order: an ellipsis stands for anything.
    func isShown(in output: String) -> Bool {
        let shape = Self.shape(output)
        let parts = Self.shape(expected).split(separator: "…", omittingEmptySubsequences: false)
        guard shape.hasPrefix(parts[0]), shape.hasSuffix(parts[parts.count - 1]) else { return false }
        var rest = shape[...]
        return parts.allSatisfy { part in
            guard !part.isEmpty else { return true }
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
            return true
        }
    }

    /// A text without white space, in which all numbers, lists of numbers and rows of dots are the same.
    private static func shape(_ text: String) -> String {
        text.filter { !$0.isWhitespace }.replacing(/[0-9]+(,[0-9]+)*/, with: "0").replacing(/\.{3,}/, with: "...")
    }
}
