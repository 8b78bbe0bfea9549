// All steps of a start or reload that can fail. If one throws, the daemon does not start, or a reload changes nothing.

import Configuration
import Glibc
import HTTP
import Linux
import Logging
import Reporting
import SelfConnect
import StatusServer
import Systemd

/// Prepares a configuration to be applied.
struct StartupPlan: Sendable {
    /// The result.
    struct Outcome: Sendable {
        let settings: LoadedSettings
        let boundListeners: [BoundListener]
        let server: ServerConfiguration
        /// The configured targets, and the daemon's own ports unless they are configured.
        let targets: [Target]
    }

    let allowsEphemeralListen: Bool
    let logger: Logger

    /// The state before a reload; empty at the start.
    struct Present: Sendable {
        var boundListeners: [BoundListener] = []
        /// The present connection limit.
        var connections = 0
    }

    /// Checks the configuration, reads the files that it names, and opens listeners. Blocks.
    ///
    /// - Parameters:
    ///   - present: the state in force; listeners that are still configured are kept.
    ///   - passed: the sockets passed by the service manager, at the start.
    ///   - claim: of the reload; if it has been cancelled, nothing is opened.
    func prepare(
        _ settings: LoadedSettings, keeping present: Present = Present(), passed: [PassedSocket] = [],
        for claim: ReloadClaim? = nil
    ) throws(LaunchError) -> Outcome {
        let http = settings.configuration.http
        let connections = try Self.connections(settings.configuration, keeping: present, passed: passed)
        let token = try token(http, settings.path)
        let binder = ListenerBinder(
            configuration: settings.configuration, file: settings.path, allowsEphemeralListen: allowsEphemeralListen,
            present: present.boundListeners, passed: passed, logger: logger)
        if let claim, claim.isGivenUp { throw .runtime("the reload was given up", errno: ECANCELED) }
        let boundListeners = try binder.open()
        let listeners = boundListeners.flatMap(\.listeners)
        warn(of: http, listeners, connections)
        return Outcome(
            settings: settings, boundListeners: boundListeners,
            server: ServerConfiguration(
                settings.configuration, listeners, connections: connections, token: token),
            targets: Self.targets(settings.configuration, besides: listeners.compactMap(\.place.endpoint)))
    }

    /// The bearer token, if one is configured.
    private func token(_ http: Configuration.HTTP, _ file: String?) throws(LaunchError) -> BearerToken? {
        guard let source = http.token else { return nil }
        let reading = try TokenFile.read(source, file: file)
        if let warning = reading.warning { logger.warning("\(warning)") }
        return reading.token
    }

    /// The connection limit: as configured, or what the limit on descriptors allows. That limit is raised if permitted.
    ///
    /// - Throws: EMFILE if no connection is possible.
    static func connections(
        _ configuration: Configuration, keeping present: Present = Present(), passed: [PassedSocket] = []
    ) throws(LaunchError) -> Int {
        let wanted = configuration.http.connections
        let inherited = present.boundListeners.first { $0.address == .systemd }?.listeners.count ?? passed.count
        let guards = configuration.guardCount
        let listeners = configuration.listen.count + inherited + guards
        let held = present.boundListeners.flatMap(\.listeners).count
        let new = configuration.listen.count { address in
            !present.boundListeners.contains { $0.address == address.value }
        }
        let share = DescriptorBudget.raised(
            connections: max(wanted, present.connections), listeners: max(listeners, held + new + guards))
        if held > 0 { try share.admit(new, besides: held + guards, connections: present.connections) }
        return try share.connections(wanted: wanted, listeners: listeners)
    }

    private func warn(of http: Configuration.HTTP, _ listeners: [any Listener], _ connections: Int) {
        if http.isOpen, !listeners.allSatisfy(\.place.isLocal) {
            logger.warning(
                "http.open is true: unauthenticated access is allowed from any host that can reach the listener")
        }
        if http.token != nil, !listeners.allSatisfy(\.place.isLocal) {
            logger.warning(
                """
                the bearer token can be read on the network: HTTP is not encrypted; listen on a loopback address or a \
                unix socket, with a TLS proxy in front
                """)
        }
        if connections < http.connections {
            logger.warning(
                """
                the limit on open descriptors is too low for http.connections: \(connections) at once instead of \
                \(http.connections), until LimitNOFILE= is raised or http.connections lowered
                """)
        }
    }

    private static func targets(_ configuration: Configuration, besides own: [Endpoint]) -> [Target] {
        let configured = Set(configuration.targets.map(\.id))
        return configuration.targets
            + own.map { Target(name: Version.name, endpoint: $0, source: .own, server: .exact) }
            .filter { !configured.contains($0.id) }
    }
}
