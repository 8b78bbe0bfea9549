import ArgumentParser
import Configuration
import Daemon
import Glibc
import Linux
import Reporting
import SelfConnect
import Systemd

/// `selfconnectd run`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the daemon (default).")

    /// The configuration file used by default.
    static let defaultPath = "/etc/selfconnectd/selfconnectd.yaml"

    @Option(
        help: "The configuration file; built-in defaults where \(Run.defaultPath) does not exist.",
        completion: .configuration)
    var config: String?

    @Option(help: "Listen on this address instead of the configured ones; may be given several times.")
    var listen: [String] = []

    @Option(choice: "Log messages of this level and above.")
    var logLevel: LogLevel?

    @Option(choice: "The format of log lines.")
    var logFormat: LogFormat?

    @Flag(help: "Allow listening on a port inside the ephemeral range.")
    var allowEphemeralListen = false

    func run() throws {
        try Self.requireOwnProc()
        let source = try source()
        let settings = try Self.load(source)
        let launch = DaemonRunner(
            settings, from: source, allowsEphemeralListen: allowEphemeralListen,
            log: LogSink(settings.configuration.log), passedSockets: try Self.passedSockets())
        do throws(LaunchError) {
            try launch.run()
        } catch {
            throw Self.fail(error)
        }
    }

    /// Ends the program if /proc is missing or belongs to another PID namespace: the range, the reserved ports and the
    /// owners of sockets are read there. A running daemon survives the loss of /proc and is unhealthy meanwhile.
    private static func requireOwnProc() throws {
        do throws(SystemCallError) {
            try ProcSelf.check()
        } catch {
            let need = "the daemon needs /proc, mounted for its own process namespace"
            throw fail(.runtime("\(error): \(need)", errno: error.code))
        }
    }

    /// The given file, or the default one if it exists.
    static func load(_ named: String?) throws -> Configuration {
        try load(SettingsSource(named: named, defaultPath: defaultPath)).configuration
    }

    private static func load(_ source: SettingsSource) throws -> LoadedSettings {
        do throws(ConfigurationError) {
            return try source.load()
        } catch {
            Exit.printErrors(error.lines)
            notify("the configuration is not usable: \(error.lines.first ?? "")", errno: EINVAL)
            throw Exit.configuration
        }
    }

    /// The file, with the overrides of the command line.
    private func source() throws -> SettingsSource {
        var source = SettingsSource(named: config, defaultPath: Self.defaultPath)
        source.logLevel = logLevel
        source.logFormat = logFormat
        do throws(ParseError) {
            for text in listen { source.listen.append(Located(try ListenAddress(text))) }
        } catch {
            throw ValidationError(error.message)
        }
        return source
    }

    private static func passedSockets() throws -> [PassedSocket] {
        do throws(SystemdError) {
            return try PassedSockets.all.get()
        } catch {
            throw fail(.runtime("\(error)", errno: error.errno))
        }
    }

    private static func fail(_ fault: LaunchError) -> ExitCode {
        switch fault {
        case .settings(let lines):
            Exit.printErrors(lines)
            notify(lines.first ?? "", errno: EINVAL)
            return Exit.configuration
        case .runtime(let message, let errno):
            CommandFault.print(["\(message)"])
            notify(message, errno: errno)
            return Exit.fault
        }
    }

    /// Sends the reason for the failure to the service manager, and waits until it has been read.
    private static func notify(_ status: String, errno: Int32) {
        // If descriptors have run out, as when many were open at exec, sending needs one: that of the standard input,
        // which is not used. If the program was started without standard input, the number belongs to a descriptor of
        // its own, and these are all close-on-exec.
        if errno == EMFILE, fcntl(STDIN_FILENO, F_GETFD) & FD_CLOEXEC == 0 { close(STDIN_FILENO) }
        _ = try? NotifySocket.send([.status(status), .errno(errno)], within: .seconds(1))
        _ = try? NotifySocket.barrier(timeout: .seconds(1))
    }
}
