import ArgumentParser
import Glibc
import Reporting
import SelfConnect
import StatusClient

/// The exit statuses of all commands, according to sysexits.h where possible.
enum Exit {
    /// A system call failed.
    static let fault = ExitCode(1)
    /// `probe` and `scan` found something exposed.
    static let exposed = ExitCode(1)
    /// There is no conclusive result: status 1 of `probe` and `scan` would mean that something is exposed. Also of `map`, if
    /// the network namespace cannot be entered.
    static let inconclusive = ExitCode(2)
    /// EX_USAGE: invalid arguments.
    static let usage = ExitCode(64)
    /// EX_CONFIG: invalid configuration file.
    static let configuration = ExitCode(78)

    /// The exit status of `probe` and `scan`: 1, something is exposed; 2, something is inconclusive; nil, nothing is
    /// exposed now.
    static func status(of watched: [WatchedTarget]) -> ExitCode? {
        let verdicts = Set(watched.map(\.finding.assessment.verdict))
        if verdicts.contains(where: \.isExposure) { return exposed }
        return verdicts.contains(.inconclusive) ? inconclusive : nil
    }

    /// The exit status of a process that cannot start: `check` has its own statuses, in which 1 has another meaning.
    static func status(ofStartWith arguments: [String]) -> Int32 {
        guard arguments.dropFirst().first == Check._commandName else { return fault.rawValue }
        return arguments.contains("--npd")
            ? NodeProblemReport.State.unknown.rawValue : NagiosReport.State.unknown.rawValue
    }

    /// The exit status of a command whose output was lost: 1, unless that is a result.
    static func status(ofLostOutputOf command: any ParsableCommand) -> ExitCode {
        switch command {
        case is Probe, is Scan: inconclusive
        case let advise as Advise where advise.check || advise.rehearse: inconclusive
        case let check as Check:
            ExitCode(check.npd ? NodeProblemReport.State.unknown.rawValue : NagiosReport.State.unknown.rawValue)
        default: fault
        }
    }

    /// Whether a command has failed because of its arguments or its configuration.
    static func isAboutInput(_ result: Result<Void, any Error>) -> Bool {
        guard case .failure(let error) = result else { return false }
        return !(error is ExitCode) || [usage, configuration].contains(error as? ExitCode)
    }

    /// Prints on stderr, line by line, why the program ends.
    static func printErrors(_ lines: [String]) {
        for line in lines { Terminal.write([UInt8]((line.printable + "\n").utf8), to: STDERR_FILENO) }
    }
}
