// Programs started by a test. A child inherits the network namespace of the thread that starts it, so that `ip` and
// `nft` act on the test's namespace.

import CLinux
import Glibc
import Linux

/// Runs programs of the system and waits for them.
package enum Command {
    /// The folders of root's programs, regardless of PATH.
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    /// The path of a program; nil if it is not installed.
    package static func path(of name: String) -> String? {
        folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs a program and returns its output; a failure throws the output.
    @discardableResult
    package static func run(_ words: String...) throws -> String {
        let (reading, writing) = try channel()
        let child = try Child(words, output: writing)
        close(writing)
        defer { close(reading) }
        let text = try drain(reading)
        let status = try child.wait()
        guard status == 0 else { throw Failure(words: words, status: status, text: text) }
        return text
    }

    /// Runs a shell script up to the first failing line.
    package static func script(_ lines: String) throws {
        try run("sh", "-e", "-c", lines)
    }

    /// A program that failed.
    package struct Failure: Error, CustomStringConvertible {
        let words: [String]
        let status: Int32
        let text: String

        /// The command, its status and its output.
        package var description: String { "\(words.joined(separator: " ")): status \(status): \(text)" }
    }

    /// Close-on-exec atomically, unlike pipe(2): a child of another test would keep the writing end open.
    private static func channel() throws(SystemCallError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        guard result == 0 else { throw SystemCallError("socketpair", code: errno) }
        return (ends[0], ends[1])
    }

    private static func drain(_ number: Int32) throws(SystemCallError) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, Int32(Waiting.limit.components.seconds) * 1000)
            guard ready != 0 else { throw SystemCallError("poll", "the child's output", code: ETIMEDOUT) }
            let count = read(number, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }
}

/// A running program, killed with its last reference.
package final class Child: Sendable {
    private let process: pid_t

    /// Starts a program; `output` becomes its standard output and error, `inheriting` its descriptor 3.
    package init(_ words: [String], output: Int32? = nil, inheriting: Int32? = nil) throws {
        guard let name = words.first, let path = Command.path(of: name) else {
            throw SystemCallError("spawn", words.first ?? "", code: ENOENT)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        if let inheriting { posix_spawn_file_actions_adddup2(&actions, inheriting, 3) }
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process = pid_t()
        let code = SharedEnvironment.alone { posix_spawn(&process, path, &actions, nil, &arguments, environ) }
        guard code == 0 else { throw SystemCallError("spawn", path, code: code) }
        self.process = process
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// Kills it with SIGKILL and waits until it has ended.
    package func killAtOnce() throws {
        kill(process, SIGKILL)
        _ = try wait()
    }

    /// Its exit status; 128 plus the signal if one terminated it.
    package func wait() throws -> Int32 {
        let start = Clock.monotonic
        while Clock.monotonic - start < Waiting.limit {
            var information = siginfo_t()
            // WNOWAIT leaves it to be reaped by deinit, so that the process id stays valid.
            let result = waitid(P_PID, id_t(process), &information, Int32(WEXITED | WNOHANG | WNOWAIT))
            guard result == 0 else { throw SystemCallError("waitid", code: errno) }
            if information.si_code == CLD_EXITED { return information._sifields._sigchld.si_status }
            if information.si_code != 0 { return 128 + information._sifields._sigchld.si_status }
            Thread.sleep(.milliseconds(1))
        }
        throw SystemCallError("waitid", "\(process)", code: ETIMEDOUT)
    }
}
