// Programs run by tests: started in the calling thread's network namespace, waited for with a time limit, and killed
// with the value at the latest.
//
// Their output goes to unnamed files instead of pipes, so that it need not be read while they run.

import CLinux
import Glibc
package import Linux

/// A running program.
package struct Program: ~Copyable {
    /// How a program ended.
    package enum End: Hashable, Sendable {
        /// With this status.
        case exited(Int32)
        /// By this signal.
        case killed(Int32)
    }

    /// The result of a program.
    package struct Outcome: Sendable {
        /// How it ended.
        package let end: End
        /// What it wrote to stdout.
        package let output: String
        /// What it wrote to stderr.
        package let errors: String
    }

    /// The process's id.
    package let process: Int32
    private let name: String
    private let input: Descriptor
    private let outputFile: Descriptor
    private let errorFile: Descriptor
    private var end: End?

    /// A terminal in place of stdin, stderr and mostly stdout (`TerminalProgram`).
    struct Terminal {
        var path: [CChar]
        var capturesOutput: Bool
    }

    /// Starts a program; a `name` without a slash is searched in PATH.
    ///
    /// - Parameter environment: variables that are added to the test's own, or replace them.
    package init(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws(SystemCallError) {
        try self.init(name, arguments, environment: environment, terminal: nil)
    }

    init(
        _ name: String, _ arguments: [String], environment: [String: String], terminal: Terminal?
    ) throws(SystemCallError) {
        let output = try Self.unnamedFile()
        let errors = try Self.unnamedFile()
        let ends = try Self.socketPair()
        let programEnd = Descriptor(owning: ends[0])
        let ourEnd = Descriptor(owning: ends[1])
        let variables = SharedEnvironment.alone { Self.environment(with: environment) }
        process = try Self.spawn(
            name, arguments, variables, descriptors: [programEnd.number, output.number, errors.number], terminal)
        self.name = name
        input = ourEnd
        outputFile = output
        errorFile = errors
    }

    deinit {
        if end == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Runs a program to its end; after `limit` it is killed, which its outcome shows.
    package static func run(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:],
        within limit: Duration = Waiting.limit
    ) throws -> Outcome {
        var program = try Program(name, arguments, environment: environment)
        return try program.finish(within: limit)
    }

    /// Its stdout so far.
    package var output: String { Self.text(of: outputFile) }

    /// Its stderr so far.
    package var errors: String { Self.text(of: errorFile) }

    /// Writes to its stdin.
    package func type(_ text: String) {
        _ = write(input.number, text, text.utf8.count)
    }

    /// Sends it a signal.
    package func send(_ signal: Int32) {
        kill(process, signal)
    }

    /// How it ended, if it does within `limit`.
    package mutating func wait(within limit: Duration = Waiting.limit) -> End? {
        if end == nil, Waiting.holds(within: limit, { hasEnded() }) {
            var status: Int32 = 0
            waitpid(process, &status, 0)
            let signal = status & 0x7F
            end = signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
        }
        return end
    }

    /// Waits for its end; after `limit` it is killed.
    package mutating func finish(within limit: Duration = Waiting.limit) throws -> Outcome {
        if wait(within: limit) == nil { send(SIGKILL) }
        guard let end = wait() else { throw SystemCallError("waitpid", name, code: ETIMEDOUT) }
        return Outcome(end: end, output: output, errors: errors)
    }

    /// Whether it has ended; does not reap it.
    private func hasEnded() -> Bool {
        var information = siginfo_t()
        let result = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
        return result == 0 && information.si_signo == SIGCHLD
    }

    // MARK: Files

    private static func unnamedFile() throws(SystemCallError) -> Descriptor {
        let path = "/tmp/selfconnectd-output-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let number = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw SystemCallError("open", path, code: errno) }
        unlink(path)
        return Descriptor(owning: number)
    }

    /// In place of a pipe: close-on-exec atomically, so that no other program inherits the writing end.
    private static func socketPair() throws(SystemCallError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemCallError("socketpair", code: errno)
        }
        return ends
    }

    private static func text(of file: borrowing Descriptor) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = pread(file.number, &buffer, buffer.count, bytes.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }
}
