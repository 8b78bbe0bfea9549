import Linux
import Reporting
import SelfConnect

/// What loop probes show: a line on stdout with a dot for each 1000 attempts, as they are made. Where stderr is a terminal,
/// it shows the progress instead, and the line follows at the end: its dots would be overwritten.
struct LoopTranscript {
    private let isQuiet: Bool
    private var progress = ProgressLine()
    private var heldBack = ""
    private var dots = 0
    private var start = Duration.zero

    /// The transcript of a command that prints JSON or a table is quiet, but for the progress.
    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    /// A loop begins.
    mutating func begin(_ endpoint: Endpoint) {
        start = Clock.monotonic
        dots = 0
        write("Trying to connect to \(endpoint)...")
    }

    /// A loop has made this many attempts.
    mutating func advance(_ endpoint: Endpoint, to attempts: Int, _ odds: LoopOdds) {
        write(String(repeating: ".", count: max(0, attempts / 1000 - dots)))
        dots = max(dots, attempts / 1000)
        progress.show(
            ProgressText.loop(endpoint, attempts: attempts, elapsed: Clock.monotonic - start, odds: odds))
    }

    /// A loop has ended, by itself or by the user.
    mutating func end(_ ended: Observation, _ odds: LoopOdds, isInterrupted: Bool) {
        progress.erase()
        write(line: heldBack + (isInterrupted ? ProgressText.interrupted(ended, odds) : ProgressText.end(ended)))
        heldBack = ""
    }

    /// Writes a line.
    func write(line: String) {
        if !isQuiet { Terminal.write(line.printable) }
    }

    private mutating func write(_ text: String) {
        if progress.isShown { heldBack += text } else if !isQuiet { Terminal.write(text.printable, terminator: "") }
    }
}
