import ArgumentParser
import SelfConnect

/// The first word of a command line.
enum CommandName {
    /// Rejects a misspelt command. The default command takes no arguments, so that a first word that is not a command is
    /// none of its own; ArgumentParser rejects it as well, but suggests only options.
    static func check(_ arguments: [String]) throws {
        let known = SelfConnectd.configuration.subcommands.map { $0._commandName } + ["help"]
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard let word = words.first, !word.hasPrefix("-"), !known.contains(word) else { return }
        guard let meant = Spelling.nearest(to: word, among: known) else {
            guard arguments.first == "help" else { return }
            throw ValidationError("There is no command '\(word.printable)'.")
        }
        throw ValidationError("Unexpected argument '\(word.printable)'. Did you mean '\(meant)'?")
    }
}
