import ArgumentParser
import Glibc

/// The exit statuses of all commands, by sysexits.h where it has one.
enum Exit {
    /// The kernel or the network refused something.
    static let fault = ExitCode(1)
    /// EX_USAGE: the arguments make no sense.
    static let usage = ExitCode(64)
    /// EX_CONFIG: the configuration file makes no sense.
    static let configuration = ExitCode(78)

    /// Says on stderr, line by line, why the program ends.
    static func complain(_ lines: [String]) {
        for line in lines { Terminal.write([UInt8]((line + "\n").utf8), to: STDERR_FILENO) }
    }
}
