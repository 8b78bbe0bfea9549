import Glibc
import Linux
import Reporting
import Synchronization

/// Output for people and pipes.
enum Terminal {
    /// Writes all octets, by default to stdout; returns whether that succeeded. A reader that has gone is not an error.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) -> Bool {
        do throws(SystemCallError) {
            try Output.write(bytes, to: descriptor, descriptor == STDOUT_FILENO ? "to standard output" : "")
            return true
        } catch {
            if descriptor == STDOUT_FILENO, error.code != EPIPE { lost.withLock { $0 = $0 ?? error } }
            return false
        }
    }

    /// Why standard output was lost, the first time that it was; nil where a reader has gone, which is no error.
    static var lostOutput: SystemCallError? { lost.withLock { $0 } }

    private static let lost = Mutex<SystemCallError?>(nil)

    /// Writes text to stdout without buffering, with or without a line feed.
    @discardableResult
    static func write(_ text: String, terminator: String = "\n") -> Bool {
        write([UInt8]((text + terminator).utf8))
    }

    /// Whether a descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The columns of a terminal.
    static func width(of descriptor: Int32) -> Int {
        var window = winsize()
        let hasWindow = ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0
        return TerminalStyle.width(variable: variable("COLUMNS"), window: hasWindow ? Int(window.ws_col) : nil)
    }

    /// A variable of the environment.
    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
