// From settings to everything that can fail: what it throws, the daemon does not start with, and a reload does not take
// over. Nothing else has changed then.

import Configuration
import Glibc
import HTTP
import Linux
import Logging
import Reporting
import SelfConnect
import StatusServer
import Systemd

/// Makes settings ready to be taken over.
struct StartupPlan: Sendable {
    /// What is ready.
    struct Outcome: Sendable {
        let settings: LoadedSettings
        /// What is listened on.
        let openings: [BoundListener]
        let terms: ServerConfiguration
        /// The configured targets, and the daemon's own ports where they are not among them.
        let targets: [Target]
    }

    let allowsEphemeralListen: Bool
    let logger: Logger

    /// What is in force before a reload; nothing at the start.
    struct Present: Sendable {
        /// What is listened on.
        var openings: [BoundListener] = []
        /// How many connections there may be.
        var connections = 0
    }

    /// Checks, reads what the settings name, and listens. Blocks.
    ///
    /// - Parameters:
    ///   - present: what is in force; what the settings still name of its openings stays.
    ///   - passed: what the service manager has passed, at the start.
    ///   - claim: of the reload that this is for; once it was given up, nothing is opened.
    func prepare(
        _ settings: LoadedSettings, keeping present: Present = Present(), passed: [PassedSocket] = [],
        for claim: ReloadClaim? = nil
    ) throws(LaunchError) -> Outcome {
        let http = settings.configuration.http
        let connections = try Self.connections(settings.configuration, keeping: present, passed: passed)
        let token = try token(http, settings.path)
        let listening = ListenerBinder(
            configuration: settings.configuration, file: settings.path, allowsEphemeralListen: allowsEphemeralListen,
            present: present.openings, passed: passed, logger: logger)
        if let claim, claim.isGivenUp { throw .runtime("the reload was given up", errno: ECANCELED) }
        let openings = try listening.open()
        let listeners = openings.flatMap(\.listeners)
        warn(of: http, listeners, connections)
        return Outcome(
            settings: settings, openings: openings,
            terms: ServerConfiguration(
                settings.configuration, listeners, connections: connections, token: token),
            targets: Self.targets(settings.configuration, besides: listeners.compactMap(\.place.endpoint)))
    }

    /// The bearer token, where the settings ask for one.
    private func token(_ http: Configuration.HTTP, _ file: String?) throws(LaunchError) -> BearerToken? {
        guard let source = http.token else { return nil }
        let reading = try TokenFile.read(source, file: file)
        if let warning = reading.warning { logger.warning("\(warning)") }
        return reading.token
    }

    /// How many connections there may be: as the settings say, or as many as the limit on descriptors leaves. It is
    /// raised as far as it may be.
    ///
    /// - Throws: EMFILE if it leaves none.
    static func connections(
        _ configuration: Configuration, keeping present: Present = Present(), passed: [PassedSocket] = []
    ) throws(LaunchError) -> Int {
        let wanted = configuration.http.connections
        let inherited = present.openings.first { $0.address == .systemd }?.listeners.count ?? passed.count
        let listeners = configuration.listen.count + inherited
        let held = present.openings.flatMap(\.listeners).count
        let new = configuration.listen.count { address in !present.openings.contains { $0.address == address.value } }
        let share = DescriptorBudget.raised(
            connections: max(wanted, present.connections), listeners: max(listeners, held + new))
        if held > 0 { try share.admit(new, besides: held, connections: present.connections) }
        return try share.connections(wanted: wanted, listeners: listeners)
    }

    private func warn(of http: Configuration.HTTP, _ listeners: [any Listener], _ connections: Int) {
        if http.isOpen, !listeners.allSatisfy(\.place.isLocal) {
            logger.warning(
                "http.open is true: unauthenticated access is allowed from any host that can reach the listener")
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
