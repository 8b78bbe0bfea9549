import ArgumentParser
import Glibc
import Reporting

/// `--color` of the commands that write for people.
struct ColorOption: ParsableArguments {
    @Option(choice: "Whether severities have colours; auto: on a terminal, unless NO_COLOR is set.")
    var color: ColorChoice = .auto

    /// Writes lines to stdout.
    func write(_ lines: [TerminalLine]) {
        Terminal.write(style.text(lines), terminator: "")
    }

    /// How to write to stdout.
    private var style: TerminalStyle {
        let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
        return TerminalStyle(
            width: isTerminal ? Terminal.width(of: STDOUT_FILENO) : nil,
            usesColor: color.usesColor(
                isTerminal: isTerminal, noColor: Terminal.variable("NO_COLOR"), term: Terminal.variable("TERM")))
    }
}
