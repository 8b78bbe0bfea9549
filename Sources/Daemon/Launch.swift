// From settings to running services: everything that can go wrong before READY is found out here, in an order in which
// nothing is bound before all settings are known to be good.

import HTTP
import Linux
public import Logging
import Reporting
import SelfConnect
import ServiceLifecycle
public import Settings
public import Systemd
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
    /// What the service manager has passed; taken before there are threads.
    public var passedSockets: [PassedSocket]

    /// A daemon with these settings.
    public init(
        _ configuration: Configuration, path: String?, allowsEphemeralListen: Bool, logger: Logger,
        passedSockets: [PassedSocket] = []
    ) {
        self.configuration = configuration
        self.path = path
        self.allowsEphemeralListen = allowsEphemeralListen
        self.logger = logger
        self.passedSockets = passedSockets
    }

    /// Runs until SIGTERM or SIGINT.
    public func run() async throws(LaunchFault) {
        let started = Clock.wall
        let token = try token()
        let listeners = try Listening(
            configuration: configuration, file: path, allowsEphemeralListen: allowsEphemeralListen,
            passed: passedSockets, logger: logger
        ).open()
        defer { for listener in listeners { listener.withdraw() } }
        let places = listeners.map(\.place)
        let board = Board()
        let progress = Progress(patience: .seconds(15) + configuration.probe.timeout * 10)
        let service = ServiceFacts(
            started: started, configurationPath: path, lastReload: started,
            listeners: places.map(ServiceFacts.Listener.init))
        let probing = ProbeService(
            configuration, targets: targets(besides: places.compactMap(\.endpoint)), board: board, progress: progress,
            logger: logger)
        let http = try server(listeners, token, StatusSource(board: board, progress: progress, service: service))
        let supervisor = Supervisor(board: board, progress: progress, probing: probing, http: http, logger: logger)
        logger.notice("listening", metadata: ["addresses": "\(places.map(\.description).joined(separator: " "))"])
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

    private func server(
        _ listeners: [any Listener], _ token: BearerToken?, _ source: StatusSource
    ) throws(LaunchFault) -> StatusServer {
        let isLocal = listeners.allSatisfy(\.place.isLocal)
        let http = configuration.http
        if !isLocal, http.isOpen { logger.warning("everybody who can reach the daemon may ask: http.open is true") }
        if DescriptorLimit.raise(to: http.connections + Self.ownDescriptors) < http.connections + Self.ownDescriptors {
            logger.warning("the limit on open descriptors is too low for http.connections: raise LimitNOFILE=")
        }
        do throws(SystemCallError) {
            return try StatusServer(
                listeners, limits: Limits(http),
                admission: Admission(limit: http.connections, perClient: http.connectionsPerClient),
                access: AccessPolicy(token: token, checksHosts: isLocal), source: source, logger: logger)
        } catch {
            throw Self.fault(error)
        }
    }

    /// What is open besides the connections, probes included.
    private static let ownDescriptors = 64

    /// The bearer token, where the settings ask for one.
    private func token() throws(LaunchFault) -> BearerToken? {
        guard let source = configuration.http.token else { return nil }
        let reading = try TokenFile.read(source, file: path)
        if let warning = reading.warning { logger.warning("\(warning)") }
        return reading.token
    }

    /// The configured targets, and the daemon's own ports where they are not among them.
    private func targets(besides own: [Endpoint]) -> [Target] {
        let configured = Set(configuration.targets.map(\.endpoint))
        return configuration.targets
            + own.filter { !configured.contains($0) }.map {
                Target(name: Version.name, endpoint: $0, source: .own)
            }
    }

    static func fault(_ error: any Error) -> LaunchFault {
        switch error {
        case let fault as LaunchFault: fault
        case let error as SystemCallError: .runtime("\(error)", errno: error.code)
        default: .runtime("\(error)", errno: 0)
        }
    }
}

extension ServiceFacts.Listener {
    init(_ place: ListeningPlace) {
        switch place {
        case .tcp(let endpoint): self.init(endpoint: endpoint, isOutsideEphemeralRange: true)
        case .unix(let path): self.init(path: path)
        }
    }
}
