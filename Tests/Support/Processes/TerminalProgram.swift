// Programs on a terminal: a pseudo-terminal (pty(7)) is their controlling terminal, so that Ctrl-C reaches them.

import CSupport
import Glibc
package import Linux

/// A program whose terminal is read and written by a test.
package struct TerminalProgram: ~Copyable {
    private var program: Program
    private let terminal: Descriptor
    private var bytes: [UInt8] = []

    /// Starts a program in a window of this width, with a terminal that has colours; `environment` overrides that.
    ///
    /// - Parameter capturesOutput: whether stdout is a file instead of the terminal.
    package init(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:], columns: UInt16 = 80,
        capturesOutput: Bool = false
    ) throws(SystemCallError) {
        var path = [CChar](repeating: 0, count: 64)
        let number = csupport_open_terminal(columns, &path, Int32(path.count))
        guard number >= 0 else { throw SystemCallError("posix_openpt", code: errno) }
        let terminal = Descriptor(owning: number)
        let plain = ["TERM": "xterm", "NO_COLOR": "", "COLUMNS": ""]
        let program = try Program(
            name, arguments, environment: plain.merging(environment) { $1 },
            terminal: Program.Terminal(path: path, capturesOutput: capturesOutput))
        self.terminal = terminal
        self.program = program
    }

    /// All that was written to the terminal so far, with line feeds as the program wrote them.
    package var screen: String {
        mutating get {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            // EAGAIN: nothing more at present; EIO: the program has ended.
            while case let count = read(terminal.number, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
            let text = String(decoding: bytes, as: UTF8.self)
            return text.replacing("\r\n", with: "\n")
        }
    }

    /// Waits until the screen shows texts; those that it has shown before `start`, a number of characters, do not count.
    package mutating func wait(for texts: [String], after start: Int = 0) throws {
        let areShown = Waiting.holds {
            let output = screen.dropFirst(start)
            return texts.allSatisfy { output.contains($0) }
        }
        guard areShown else { throw NotShown(texts: texts, screen: screen) }
    }

    /// Texts that did not appear.
    package struct NotShown: Error, CustomStringConvertible {
        let texts: [String]
        let screen: String

        /// The texts, and what is there instead.
        package var description: String { "\(texts) not on the screen, which is:\n\(screen)" }
    }

    /// Types keys, such as `\u{3}` for Ctrl-C.
    package func type(_ keys: String) {
        _ = write(terminal.number, keys, keys.utf8.count)
    }

    /// Waits for its end; its output is that of a captured stdout.
    package mutating func finish() throws -> Program.Outcome {
        // A program waits until its output is read.
        _ = Waiting.holds {
            _ = screen
            return program.wait(within: .zero) != nil
        }
        let outcome = try program.finish()
        _ = screen
        return outcome
    }
}
