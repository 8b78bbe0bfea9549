import Glibc
import Linux
import Reporting

/// A line on the terminal of stderr that shows progress, and is gone at the end.
struct ProgressLine {
    /// Whether stderr is a terminal on which a line can be rewritten.
    let isShown = Terminal.isTerminal(STDERR_FILENO) && Terminal.variable("TERM") != "dumb"
    private var pace = ProgressPace()
    private var isWritten = false

    /// Shows a text in place of the previous one, unless that was only just written.
    mutating func show(_ text: @autoclosure () -> String) {
        guard isShown, pace.markWrittenIfDue(at: Clock.monotonic) else { return }
        let line = ProgressText.fitted(text(), width: Terminal.width(of: STDERR_FILENO))
        rewrite(line)
        isWritten = true
    }

    /// Removes the line, before anything else is written.
    mutating func erase() {
        guard isWritten else { return }
        rewrite("")
        isWritten = false
    }

    /// Back to the start of the row, and erase it (EL, ECMA-48 §8.3.41).
    private func rewrite(_ text: String) {
        Terminal.write([UInt8]("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
    }
}
