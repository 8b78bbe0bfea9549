import ArgumentParser
import Glibc
import Reporting

/// `--color` of `probe` and `scan`.
struct ColorOption: ParsableArguments {
    @Option(choice: "Whether severities have colours; auto: on a terminal, unless NO_COLOR is set.")
    var color: ColorChoice = .auto

    /// How to write to stdout.
    var style: TerminalStyle {
        let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
        return TerminalStyle(
            width: isTerminal ? Terminal.width(of: STDOUT_FILENO) : nil,
            usesColor: color.usesColor(
                isTerminal: isTerminal, noColor: Terminal.variable("NO_COLOR"), term: Terminal.variable("TERM")))
    }
}
