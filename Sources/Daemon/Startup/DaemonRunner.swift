// Starts the daemon. All errors that can be detected before READY are detected here; nothing is bound before the whole
// configuration is known to be valid.

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

/// Why the daemon did not start or had to stop.
package enum LaunchError: Error, Sendable, Hashable {
    /// The configuration cannot be used on this host; lines for the terminal. Exit status 78.
    case settings([String])
    /// A system call failed. Exit status 1.
    case runtime(String, errno: Int32)
}

extension LaunchError {
    /// The error as lines for the terminal and the log.
    package var lines: [String] {
        switch self {
        case .settings(let lines): lines
        case .runtime(let message, _): [message]
        }
    }
}

/// A daemon that is ready to run.
package struct DaemonRunner: Sendable {
    private let settings: LoadedSettings
    private let source: SettingsSource
    private let allowsEphemeralListen: Bool
    private let log: LogSink
    private let logger: Logger
    private let passedSockets: [PassedSocket]
    /// What the last run has left in the descriptor store.
    private let storedGuards: [PassedSocket]

    /// A daemon with these settings; a reload reads them again from `source`.
    ///
    /// - Parameters:
    ///   - allowsEphemeralListen: whether listen ports inside the ephemeral range are accepted.
    ///   - passedSockets: the sockets passed by the service manager, taken before any thread starts.
    package init(
        _ settings: LoadedSettings, from source: SettingsSource, allowsEphemeralListen: Bool, log: LogSink,
        passedSockets: [PassedSocket] = []
    ) {
        self.settings = settings
        self.source = source
        self.allowsEphemeralListen = allowsEphemeralListen
        self.log = log
        self.passedSockets = passedSockets.filter { !DescriptorStore.isGuard($0) }
        storedGuards = passedSockets.filter(DescriptorStore.isGuard)
        logger = log.logger(label: Version.name)
    }

    /// Address space for the stacks of four threads.
    private static let leastMemory = 32 << 20

    /// Runs on the main thread until SIGTERM or SIGINT.
    package func run() throws(LaunchError) {
        // A failed allocation would trap, so do not start.
        guard Heap.hasRoom(for: Self.leastMemory) else {
            throw .runtime("not enough address space to start: raise LimitAS= (ulimit -v)", errno: ENOMEM)
        }
        // Fails early if there are too few descriptors: waiting for signals needs some as well.
        _ = try StartupPlan.connections(settings.configuration, passed: passedSockets)
        defer { log.finish() }
        do {
            try log.start()
            // From here on SIGHUP is queued until it can be handled.
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
        defer { BoundListener.removeSocketFiles(service.boundListeners) }
        try supervisor.run()
        manager.waitForManager()
    }

    /// Creates the threads and their state. Only they hold the listeners, so that a listener is closed when a reload
    /// removes it.
    private func prepare(
        _ hangups: consuming SignalQueue, _ manager: ServiceNotifier
    ) throws(LaunchError) -> Supervisor {
        let preparation = StartupPlan(allowsEphemeralListen: allowsEphemeralListen, logger: logger)
        let outcome = try preparation.prepare(settings, passed: passedSockets)
        logger.notice("listening", metadata: ["addresses": "\(BoundListener.description(outcome.boundListeners))"])
        do throws(SystemCallError) {
            return try supervisor(outcome, preparation, hangups, manager)
        } catch {
            BoundListener.removeSocketFiles(outcome.boundListeners)
            throw Self.fault(error)
        }
    }

    private func supervisor(
        _ outcome: StartupPlan.Outcome, _ preparation: StartupPlan, _ hangups: consuming SignalQueue,
        _ manager: ServiceNotifier
    ) throws(SystemCallError) -> Supervisor {
        let wake = try WakeSignal()
        let service = ServiceState(path: settings.path, outcome.boundListeners, at: Clock.wall)
        let store = SnapshotStore { wake.set() }
        let heartbeats = Heartbeats(HealthLimits(settings.configuration))
        let probing = try ProbeService(
            settings.configuration, targets: outcome.targets, store: store, heartbeats: heartbeats,
            delegate: MonitorLog(log: log, logger: logger, manager: manager),
            guards: GuardKeeper(
                DescriptorStore(manager: manager), inheriting: DescriptorStore.guards(storedGuards)))
        let status = DaemonStatus(store: store, heartbeats: heartbeats, state: service, log: log)
        let http = try HTTPServer(outcome.server, source: status, logger: logger)
        let source = source
        let reload = Reload(
            load: { isRequired throws(ConfigurationError) in try source.load(isRequired: isRequired, onlyRegular: true)
            },
            preparation: preparation, service: service, probing: probing, http: http, heartbeats: heartbeats,
            store: store, log: log, manager: manager, logger: logger)
        return Supervisor(
            store: store, heartbeats: heartbeats, probing: probing, http: http,
            reload: ReloadService(reload) { wake.set() }, service: service, manager: manager, logger: logger,
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
    /// The error, with advice if there is any.
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
