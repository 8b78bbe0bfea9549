// The command line: parses it and sets the exit status.

import ArgumentParser
import Glibc
import Linux
import Reporting
import Systemd

/// The entry point of the process.
@main
enum Entry {
    /// With fewer descriptors, besides passed sockets, no command could work, and most could not report why. The daemon
    /// needs more (`DescriptorBudget`).
    private static let leastDescriptors = 8

    /// Takes the passed sockets while there is only one thread, then runs the command.
    static func main() {
        StandardDescriptors.fill()
        let arguments = ProgramArguments.all
        let least = leastDescriptors + ((try? PassedSockets.all.get())?.count ?? 0)
        guard DescriptorLimit.raise(to: least) >= least else {
            let fault = "too few descriptors may be open: raise the limit to \(least) (ulimit -n)"
            let message = "\(Version.name): \(fault)\n"
            _ = write(STDERR_FILENO, message, message.utf8.count)
            _ = try? NotifySocket.send(.status(fault), .errno(EMFILE))
            exit(Exit.status(ofStartWith: arguments))
        }
        handle(Array(arguments.dropFirst()))
    }

    private static func handle(_ arguments: [String]) {
        do {
            try CommandName.check(arguments)
            var command = try SelfConnectd.parseAsRoot(arguments)
            do {
                try run(&command)
            } catch let error as ValidationError {
                UsageFault.exit(error, of: type(of: command))
            }
        } catch {
            end(with: CompletionScript.completed(error))
        }
    }

    /// Ends the process as ArgumentParser does; texts that were asked for, such as the help, must not be lost either.
    private static func end(with error: any Error) -> Never {
        guard SelfConnectd.exitCode(for: error) == .success else { SelfConnectd.exit(withError: error) }
        let text = SelfConnectd.fullMessage(for: error)
        if !text.isEmpty { Terminal.write(text) }
        guard let lost = Terminal.lostOutput else { SelfConnectd.exit() }
        CommandFault.print(["\(lost)"])
        SelfConnectd.exit(withError: Exit.fault)
    }

    /// Runs a command. It has failed also if a part of its output was lost, on a full disk for example: what reads it must not
    /// take the rest for all.
    private static func run(_ command: inout any ParsableCommand) throws {
        let result = Result { try command.run() }
        if let error = Terminal.lostOutput, !Exit.isAboutInput(result) {
            CommandFault.print(["\(error)"])
            throw Exit.status(ofLostOutputOf: command)
        }
        try result.get()
    }
}

/// The sockets passed by the service manager, taken at first access, in `Entry`.
enum PassedSockets {
    static let all = Result { () throws(SystemdError) in try PassedSocket.takeAll() }
}

/// Watches local TCP ports for self-connections.
struct SelfConnectd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Version.name,
        abstract: "Finds local TCP ports on which a reconnecting client can connect to itself.",
        discussion: """
            Without a command it runs as a daemon that probes the configured ports and serves what it finds over HTTP.
            Exit status: 0 done, 1 fault, 64 usage, 78 configuration. probe: 0 nothing exposed, 1 something is, \
            2 inconclusive. advise: 1 refused, or --check found a difference; --rehearse: 0 the remedy holds, 1 it does not, 2 inconclusive. check: 0 OK, \
            1 WARNING, 2 CRITICAL, 3 UNKNOWN; with --npd 0 no port exposed, 1 some are, 2 unknown.
            """,
        version: Version.report,
        subcommands: [
            Run.self, CheckConfig.self, Probe.self, Scan.self, Map.self, Advise.self, Guard.self, Check.self,
        ],
        defaultSubcommand: Run.self)
}
