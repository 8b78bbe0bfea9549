// From settings to running services: everything that can go wrong before READY is found out here, in an order in which
// nothing is bound before all settings are known to be good.

import Configuration
import Glibc
import HTTP
import Linux
import Logging
import Monitor
import Reporting
import SelfConnect
import StatusServer
package import Systemd

/// Why the daemon did not start or could not go on.
package enum LaunchError: Error, Sendable, Hashable {
    /// The settings cannot be used on this host; lines for the terminal. Exit status 78.
    case settings([String])
    /// The kernel refused something. Exit status 1.
    case runtime(String, errno: Int32)
}

extension LaunchError {
    /// Why, as lines for the terminal and the log.
    package var lines: [String] {
        switch self {
        case .settings(let lines): lines
        case .runtime(let message, _): [message]
        }
    }
}

/// A daemon about to run.
package struct DaemonRunner: Sendable {
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
    package init(
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

    /// The stacks of four threads, as far as address space counts.
    private static let leastMemory = 32 << 20

    /// Runs on the main thread until SIGTERM or SIGINT.
    package func run() throws(LaunchError) {
        // An allocation that fails traps: better not to begin.
        guard Heap.hasRoom(for: Self.leastMemory) else {
            throw .runtime("not enough address space to start: raise LimitAS= (ulimit -v)", errno: ENOMEM)
        }
        // Without descriptors there is nothing to wait for signals with.
        _ = try StartupPlan.connections(settings.configuration, passed: passedSockets)
        defer { log.finish() }
        do {
            try log.start()
            // From here on a SIGHUP waits until it can be answered.
            let hangups = try SignalQueue(SIGHUP)
            try run(hangups)
        } catch {
            throw Self.fault(error)
        }
    }

    private func run(_ hangups: consuming SignalQueue) throws(LaunchError) {
        let manager = ServiceNotifier(logger: logger)
        let supervisor = try prepare(hangups, manager)
        let service = supervisor.service
        defer { BoundListener.removeSocketFiles(service.openings) }
        try supervisor.run()
        manager.waitUntilHeard()
    }

    /// The threads, on what is opened for them. They alone hold it from here on: a listener that a reload takes away has
    /// to close.
    private func prepare(
        _ hangups: consuming SignalQueue, _ manager: ServiceNotifier
    ) throws(LaunchError) -> Supervisor {
        let preparation = StartupPlan(allowsEphemeralListen: allowsEphemeralListen, logger: logger)
        let outcome = try preparation.prepare(settings, passed: passedSockets)
        logger.notice("listening", metadata: ["addresses": "\(BoundListener.description(outcome.openings))"])
        do throws(SystemCallError) {
            return try supervisor(outcome, preparation, hangups, manager)
        } catch {
            BoundListener.removeSocketFiles(outcome.openings)
            throw Self.fault(error)
        }
    }

    private func supervisor(
        _ outcome: StartupPlan.Outcome, _ preparation: StartupPlan, _ hangups: consuming SignalQueue,
        _ manager: ServiceNotifier
    ) throws(SystemCallError) -> Supervisor {
        let wake = try WakeSignal()
        let service = ServiceState(path: settings.path, outcome.openings, at: Clock.wall)
        let store = SnapshotStore { wake.give() }
        let heartbeats = Heartbeats(
            stallLimit: Heartbeats.stallLimit(settings.configuration), bound: Heartbeats.bound(settings.configuration))
        let probing = try ProbeService(
            settings.configuration, targets: outcome.targets, store: store, heartbeats: heartbeats,
            delegate: MonitorLog(log: log, logger: logger, manager: manager))
        let status = DaemonStatus(store: store, heartbeats: heartbeats, state: service, log: log)
        let http = try HTTPServer(outcome.terms, source: status, logger: logger)
        let source = source
        let reload = Reload(
            load: { isRequired throws(ConfigurationError) in try source.load(isRequired: isRequired, onlyRegular: true)
            },
            preparation: preparation, service: service, probing: probing, http: http, heartbeats: heartbeats,
            store: store, log: log, manager: manager, logger: logger)
        return Supervisor(
            store: store, heartbeats: heartbeats, probing: probing, http: http,
            reload: ReloadService(reload) { wake.give() }, service: service, manager: manager, logger: logger,
            hangups: hangups, wake: wake)
    }

    static func fault(_ error: any Error) -> LaunchError {
        switch error {
        case let fault as LaunchError: fault
        case let error as SystemCallError: .runtime(error.advised, errno: error.code)
        case let fault as SystemdError: .runtime("\(fault)", errno: fault.errno)
        default: .runtime("\(error)", errno: 0)
        }
    }
}

extension SystemCallError {
    /// What happened, and what to do about it where that is known.
    var advised: String {
        operation == "pthread_create" ? "\(self): raise TasksMax=, or the limits on processes and memory" : "\(self)"
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
