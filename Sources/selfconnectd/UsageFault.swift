import ArgumentParser
import Glibc

/// How a command ends that rejects its arguments.
enum UsageFault {
    /// Ends the process as ArgumentParser does, which knows only for errors of the parser of which command they are: for
    /// those that a command throws when it runs, it prints the usage of the program.
    static func exit(_ error: ValidationError, of command: any ParsableCommand.Type) -> Never {
        Exit.printErrors([
            "Error: \(error.message)", "Usage: \(SelfConnectd.usageString(for: command))",
            "  See '\(SelfConnectd._commandName) \(command._commandName) --help' for more information.",
        ])
        Glibc.exit(Exit.usage.rawValue)
    }
}
