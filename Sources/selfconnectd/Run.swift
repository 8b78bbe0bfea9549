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

    /// Where the configuration is looked for when nothing else is said.
    static let defaultPath = "/etc/selfconnectd/selfconnectd.yaml"

    @Option(help: "The configuration file; built-in defaults where \(Run.defaultPath) does not exist.")
    var config: String?

    @Option(help: "Listen here instead of where the configuration says; may be given several times.")
    var listen: [String] = []

    @Option(help: "The least severe level that is logged: \(LogLevel.names).")
    var logLevel: String?

    @Option(help: "What a log line looks like: text or json.")
    var logFormat: String?

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

    /// Ends the program where /proc is missing or is not this process's own: the range, the reserved ports and the owners
    /// of sockets are read there. A daemon that runs survives its loss, and is not healthy for as long.
    private static func requireOwnProc() throws {
        do throws(SystemCallError) {
            try ProcSelf.check()
        } catch {
            let need = "the daemon needs /proc, mounted for its own process namespace"
            throw fail(.runtime("\(error): \(need)", errno: error.code))
        }
    }

    /// The file that was named, or the default one where it exists.
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

    /// The file, and what the command line says instead.
    private func source() throws -> SettingsSource {
        var source = SettingsSource(named: config, defaultPath: Self.defaultPath)
        do throws(ParseError) {
            for text in listen { source.listen.append(Located(try ListenAddress(text))) }
            if let logLevel {
                source.logLevel = LogLevel(rawValue: logLevel)
                guard source.logLevel != nil else {
                    throw ParseError("“\(logLevel)” is not a log level: write one of \(LogLevel.names)")
                }
            }
            if let logFormat {
                source.logFormat = LogFormat(rawValue: logFormat)
                guard source.logFormat != nil else {
                    throw ParseError("“\(logFormat)” is not a log format: write text or json")
                }
            }
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
            Exit.printErrors(["\(Version.name): \(message)"])
            notify(message, errno: errno)
            return Exit.fault
        }
    }

    /// Tells the service manager why there is no daemon, and waits until it has heard.
    private static func notify(_ status: String, errno: Int32) {
        // To say that descriptors have run out, as they do where many were open at exec, takes one: that of the standard
        // input, which nobody reads. Started without one, the number is a descriptor of ours, and they are all
        // close-on-exec.
        if errno == EMFILE, fcntl(STDIN_FILENO, F_GETFD) & FD_CLOEXEC == 0 { close(STDIN_FILENO) }
        _ = try? NotifySocket.send([.status(status), .errno(errno)], within: .seconds(1))
        _ = try? NotifySocket.barrier(timeout: .seconds(1))
    }
}

extension LogLevel {
    /// All of them, for help and complaints.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
