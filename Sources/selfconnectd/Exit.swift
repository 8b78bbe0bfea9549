import ArgumentParser
import Glibc
import Reporting
import SelfConnect
import StatusClient

/// The exit statuses of all commands, by sysexits.h where it has one.
enum Exit {
    /// The kernel or the network refused something.
    static let fault = ExitCode(1)
    /// `probe` and `scan` could not find out: 1 would say that something is exposed.
    static let inconclusive = ExitCode(2)
    /// EX_USAGE: the arguments make no sense.
    static let usage = ExitCode(64)
    /// EX_CONFIG: the configuration file makes no sense.
    static let configuration = ExitCode(78)

    /// What `probe` and `scan` end with: 1, something is exposed; 2, something could not be found out; nil, nothing is
    /// now.
    static func status(of watched: [WatchedTarget]) -> ExitCode? {
        let verdicts = Set(watched.map(\.finding.assessment.verdict))
        if verdicts.contains(where: \.isExposure) { return ExitCode(1) }
        return verdicts.contains(.inconclusive) ? ExitCode(2) : nil
    }

    /// What a process that cannot even begin ends with: `check` has statuses of its own, of which 1 says something else.
    static func status(ofStartWith arguments: [String]) -> Int32 {
        guard arguments.dropFirst().first == Check._commandName else { return fault.rawValue }
        return arguments.contains("--npd")
            ? NodeProblemReport.State.unknown.rawValue : NagiosReport.State.unknown.rawValue
    }

    /// Says on stderr, line by line, why the program ends.
    static func printErrors(_ lines: [String]) {
        for line in lines { Terminal.write([UInt8]((line.printable + "\n").utf8), to: STDERR_FILENO) }
    }
}
