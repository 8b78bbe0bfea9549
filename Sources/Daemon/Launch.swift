// From settings to running services: everything that can go wrong before READY is found out here, in an order in which
// nothing is bound before all settings are known to be good.

import HTTP
import Linux
public import Logging
import Reporting
import SelfConnect
import ServiceLifecycle
public import Settings
import Systemd
import UnixSignals

/// Why the daemon did not start or could not go on.
public enum LaunchFault: Error, Sendable, Hashable {
    /// The settings cannot be used on this host; lines for the terminal. Exit status 78.
    case settings([String])
    /// The kernel refused something. Exit status 1.
    case runtime(String, errno: Int32)
}

/// A daemon about to run.
public struct Launch: Sendable {
    /// Its settings.
    public var configuration: Configuration
    /// The file that they came from.
    public var path: String?
    /// Whether a listen port inside the ephemeral range is accepted.
    public var allowsEphemeralListen: Bool
    /// Where log messages go.
    public var logger: Logger

    /// A daemon with these settings.
    public init(_ configuration: Configuration, path: String?, allowsEphemeralListen: Bool, logger: Logger) {
        self.configuration = configuration
        self.path = path
        self.allowsEphemeralListen = allowsEphemeralListen
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT.
    public func run() async throws(LaunchFault) {
        let started = Clock.wall
        let listeners = try listen()
        let board = Board()
        let progress = Progress(patience: .seconds(15) + configuration.probe.timeout * 10)
        let service = ServiceFacts(
            started: started, configurationPath: path, lastReload: started,
            listeners: listeners.map { .init(endpoint: $0.endpoint, isOutsideEphemeralRange: true) })
        let probing = ProbeService(
            configuration, targets: targets(besides: listeners.map(\.endpoint)), board: board, progress: progress,
            logger: logger)
        let http = try server(listeners, StatusSource(board: board, progress: progress, service: service))
        let supervisor = Supervisor(board: board, progress: progress, probing: probing, http: http, logger: logger)
        logger.notice(
            "listening", metadata: ["addresses": "\(listeners.map { "\($0.endpoint)" }.joined(separator: " "))"])
        try await run([http, probing, supervisor])
    }

    private func run(_ services: [any Service]) async throws(LaunchFault) {
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: silent)
        group.maximumGracefulShutdownDuration = .milliseconds(900)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw Self.fault(error)
        }
    }

    /// The group's own messages speak of services that the administrator does not know.
    private var silent: Logger {
        var logger = logger
        logger.logLevel = .critical
        return logger
    }

    private func listen() throws(LaunchFault) -> [ListeningSocket] {
        let kernel: KernelFacts
        do throws(SystemCallError) {
            kernel = try KernelSurvey().read()
        } catch {
            throw Self.fault(error)
        }
        let faults = ListenCheck.faults(of: configuration.listen, against: kernel, file: path)
        guard faults.isEmpty || allowsEphemeralListen else { throw .settings(faults) }
        var sockets: [ListeningSocket] = []
        for address in configuration.listen {
            guard case .tcp(let endpoint) = address.value else {
                throw .settings(["listen address \(address.value) is not supported by this release"])
            }
            do throws(SystemCallError) {
                sockets.append(try ListeningSocket(endpoint))
            } catch {
                throw Self.fault(error)
            }
        }
        return sockets
    }

    private func server(
        _ listeners: [ListeningSocket], _ source: StatusSource
    ) throws(LaunchFault) -> StatusServer {
        let limits = Limits(
            headerDeadline: configuration.http.headerTimeout, idleTimeout: configuration.http.idleTimeout)
        do throws(SystemCallError) {
            return try StatusServer(
                listeners, limits: limits, maximumConnections: configuration.http.connections, source: source,
                logger: logger)
        } catch {
            throw Self.fault(error)
        }
    }

    /// The configured targets, and the daemon's own ports where they are not among them.
    private func targets(besides own: [Endpoint]) -> [Target] {
        let configured = Set(configuration.targets.map(\.endpoint))
        return configuration.targets
            + own.filter { !configured.contains($0) }.map {
                Target(name: Version.name, endpoint: $0, source: .own)
            }
    }

    private static func fault(_ error: any Error) -> LaunchFault {
        switch error {
        case let fault as LaunchFault: fault
        case let error as SystemCallError: .runtime("\(error)", errno: error.code)
        default: .runtime("\(error)", errno: 0)
        }
    }
}
