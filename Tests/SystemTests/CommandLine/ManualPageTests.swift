// The manual page compared with the program's help: a new command or option without documentation fails here.

import ArgumentParser
import TestSupport
import Testing

@testable import selfconnectd

/// man/selfconnectd.8 against the command line.
@Suite struct ManualPageTests {
    private let page = "man/selfconnectd.8"

    @Test(
        "The manual page has every command", arguments: SelfConnectd.configuration.subcommands.map { $0._commandName })
    func commands(_ name: String) throws {
        #expect(try Repository.text(page).contains(".It Cm \(name)"))
    }

    @Test("The manual page has every option of every command, and no other") func options() throws {
        let commands: [any ParsableCommand.Type] = [SelfConnectd.self] + SelfConnectd.configuration.subcommands
        let known = commands.reduce(into: Set(["generate-completion-script"])) { names, command in
            names.formUnion(Self.options(in: SelfConnectd.helpMessage(for: command)))
        }
        let documented = try Repository.text(page).split(separator: "Fl Fl ").dropFirst().map {
            $0.prefix { $0.isLetter || $0 == "-" }
        }
        #expect(Set(documented.map(String.init)) == known)
    }

    /// The names after `--` at the start of a line of help.
    private static func options(in help: String) -> [String] {
        help.split(separator: "\n").flatMap { line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "/" })
            guard let first = words.first, first.hasPrefix("-") else { return [String]() }
            return words.prefix { $0.hasPrefix("-") }.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        }
    }
}
