// From settings to running services: everything that can go wrong before READY is found out here, in an order in which
// nothing is bound before all settings are known to be good.

import HTTP
import Linux
import Logging
import Reporting
import SelfConnect
import ServiceLifecycle
import Settings
public import Systemd
import UnixSignals

/// Why the daemon did not start or could not go on.
public enum LaunchFault: Error, Sendable, Hashable {
    /// The settings cannot be used on this host; lines for the terminal. Exit status 78.
    case settings([String])
    /// The kernel refused something. Exit status 1.
    case runtime(String, errno: Int32)
}

extension LaunchFault {
    /// Why, as lines for the terminal and the log.
    public var lines: [String] {
        switch self {
        case .settings(let lines): lines
        case .runtime(let message, _): [message]
        }
    }
}

/// A daemon about to run.
public struct Launch: Sendable {
    private let settings: LoadedSettings
    private let source: SettingsSource
    private let allowsEphemeralListen: Bool
    private let log: LogSink
    private let logger: Logger
    private let passedSockets: [PassedSocket]

    /// A daemon with these settings, which a reload reads from `source` again.
    ///
    /// - Parameters:
    ///   - allowsEphemeralListen: whether a listen port inside the ephemeral range is accepted.
    ///   - passedSockets: what the service manager has passed; taken before there are threads.
    public init(
        _ settings: LoadedSettings, from source: SettingsSource, allowsEphemeralListen: Bool, log: LogSink,
        passedSockets: [PassedSocket] = []
    ) {
        self.settings = settings
        self.source = source
        self.allowsEphemeralListen = allowsEphemeralListen
        self.log = log
        self.passedSockets = passedSockets
        logger = log.logger(label: Version.name)
    }

    /// Runs until SIGTERM or SIGINT.
    public func run() async throws(LaunchFault) {
        // First of all: without descriptors there is nothing to wait for signals with.
        _ = try Preparation.connections(settings.configuration, passed: passedSockets)
        // From here on a SIGHUP waits until it can be answered.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let manager = ServiceManager(logger: logger)
        let (service, services) = try prepare(hangups, manager)
        defer { Opening.withdraw(service.openings) }
        try await run(services)
        manager.waitUntilHeard()
    }

    /// The services on what is opened for them. They alone hold it from here on: a listener that a reload takes away has
    /// to close.
    private func prepare(
        _ hangups: UnixSignalsSequence, _ manager: ServiceManager
    ) throws(LaunchFault) -> (service: CurrentService, services: [any Service]) {
        let preparation = Preparation(allowsEphemeralListen: allowsEphemeralListen, logger: logger)
        let outcome = try preparation.prepare(settings, passed: passedSockets)
        let service = CurrentService(path: settings.path, outcome.openings, at: Clock.wall)
        logger.notice("listening", metadata: ["addresses": "\(Opening.description(outcome.openings))"])
        do throws(LaunchFault) {
            return (service, try services(outcome, preparation, service, hangups, manager))
        } catch {
            Opening.withdraw(outcome.openings)
            throw error
        }
    }

    private func services(
        _ outcome: Preparation.Outcome, _ preparation: Preparation, _ service: CurrentService,
        _ hangups: UnixSignalsSequence, _ manager: ServiceManager
    ) throws(LaunchFault) -> [any Service] {
        let board = Board()
        let progress = Progress(
            patience: Progress.patience(settings.configuration), bound: Progress.bound(settings.configuration))
        let probing = ProbeService(
            settings.configuration, targets: outcome.targets, board: board, progress: progress, manager: manager,
            log: log, logger: logger)
        let http: StatusServer
        do throws(SystemCallError) {
            let source = StatusSource(board: board, progress: progress, service: service)
            http = try StatusServer(outcome.terms, source: source, logger: logger)
        } catch {
            throw Self.fault(error)
        }
        let supervisor = Supervisor(
            board: board, progress: progress, probing: probing, http: http, service: service, manager: manager,
            logger: logger)
        let reload = ReloadService(
            source: source, preparation: preparation, hangups: hangups, service: service, probing: probing,
            http: http, progress: progress, board: board, log: log, manager: manager, logger: logger)
        return [http, probing, reload, supervisor]
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

    static func fault(_ error: any Error) -> LaunchFault {
        switch error {
        case let fault as LaunchFault: fault
        case let error as SystemCallError: .runtime("\(error)", errno: error.code)
        case let fault as SystemdFault: .runtime("\(fault)", errno: fault.errno)
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
