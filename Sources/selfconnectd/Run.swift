import ArgumentParser
import Daemon
import Glibc
import Logging
import Reporting
import SelfConnect
import Settings
import Systemd

/// `selfconnectd run`.
struct Run: AsyncParsableCommand {
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

    @Flag(help: "Listen inside the ephemeral range all the same.")
    var allowEphemeralListen = false

    mutating func run() async throws {
        let (settings, path) = try Self.load(config)
        let adjusted = try adjust(settings)
        LoggingSystem.bootstrap { _ in LogOutput(adjusted.log.level, adjusted.log.format) }
        let launch = Launch(
            adjusted, path: path, allowsEphemeralListen: allowEphemeralListen, logger: Logger(label: Version.name),
            passedSockets: try Self.passedSockets())
        do throws(LaunchFault) {
            try await launch.run()
        } catch {
            throw Self.fail(error)
        }
    }

    /// The file that was named, or the default one where it exists.
    static func load(_ named: String?) throws -> (Configuration, path: String?) {
        let path = named ?? defaultPath
        if named == nil, access(path, F_OK) != 0, errno == ENOENT { return (.default, nil) }
        do throws(SettingsFault) {
            return (try SettingsFile.load(path), path)
        } catch {
            Exit.complain(error.lines)
            notify("the configuration is not usable: \(error.lines.first ?? "")", errno: EINVAL)
            throw Exit.configuration
        }
    }

    private func adjust(_ settings: Configuration) throws -> Configuration {
        var settings = settings
        do throws(MalformedText) {
            if !listen.isEmpty {
                settings.listen = []
                for text in listen { settings.listen.append(Located(try ListenAddress(text))) }
            }
            if let logLevel {
                guard let level = LogLevel(rawValue: logLevel) else {
                    throw MalformedText("“\(logLevel)” is not a log level: write one of \(LogLevel.names)")
                }
                settings.log.level = level
            }
            if let logFormat {
                guard let format = LogFormat(rawValue: logFormat) else {
                    throw MalformedText("“\(logFormat)” is not a log format: write text or json")
                }
                settings.log.format = format
            }
        } catch {
            throw ValidationError(error.message)
        }
        return settings
    }

    private static func passedSockets() throws -> [PassedSocket] {
        do throws(SystemdFault) {
            return try PassedSockets.all.get()
        } catch {
            throw fail(.runtime("\(error)", errno: error.errno))
        }
    }

    private static func fail(_ fault: LaunchFault) -> ExitCode {
        switch fault {
        case .settings(let lines):
            Exit.complain(lines)
            notify(lines.first ?? "", errno: EINVAL)
            return Exit.configuration
        case .runtime(let message, let errno):
            Exit.complain(["\(Version.name): \(message)"])
            notify(message, errno: errno)
            return Exit.fault
        }
    }

    /// Tells the service manager why there will be no daemon.
    private static func notify(_ status: String, errno: Int32) {
        _ = try? NotifySocket.send([.status(status), .errno(errno)])
    }
}

extension LogLevel {
    /// All of them, for help and complaints.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
