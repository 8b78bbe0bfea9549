// From settings to everything that can fail: what it throws, the daemon does not start with, and a reload does not take
// over. Nothing else has changed then.

import HTTP
import Linux
import Logging
import Reporting
import SelfConnect
import Settings
import Systemd

/// Makes settings ready to be taken over.
struct Preparation: Sendable {
    /// What is ready.
    struct Outcome: Sendable {
        let settings: LoadedSettings
        /// What is listened on.
        let openings: [Opening]
        let terms: ServerTerms
        /// The configured targets, and the daemon's own ports where they are not among them.
        let targets: [Target]
    }

    let allowsEphemeralListen: Bool
    let logger: Logger

    /// What is open besides the connections, probes included.
    private static let ownDescriptors = 64

    /// Checks, reads what the settings name, and listens. Blocks.
    ///
    /// - Parameters:
    ///   - present: what is listened on already; what the settings still name of it stays.
    ///   - passed: what the service manager has passed, at the start.
    ///   - pending: has what was opened, for whoever gives the preparation up.
    func prepare(
        _ settings: LoadedSettings, keeping present: [Opening] = [], passed: [PassedSocket] = [],
        pending: PendingOpenings = PendingOpenings()
    ) throws(LaunchFault) -> Outcome {
        let http = settings.configuration.http
        let token = try token(http, settings.path)
        let listening = Listening(
            configuration: settings.configuration, file: settings.path, allowsEphemeralListen: allowsEphemeralListen,
            present: present, passed: passed, logger: logger)
        let openings = try pending.open { () throws(LaunchFault) in try listening.open() }
        let listeners = openings.flatMap(\.listeners)
        warn(of: http, listeners)
        return Outcome(
            settings: settings, openings: openings, terms: ServerTerms(http, listeners, token: token),
            targets: Self.targets(settings.configuration, besides: listeners.compactMap(\.place.endpoint)))
    }

    /// The bearer token, where the settings ask for one.
    private func token(_ http: Configuration.HTTP, _ file: String?) throws(LaunchFault) -> BearerToken? {
        guard let source = http.token else { return nil }
        let reading = try TokenFile.read(source, file: file)
        if let warning = reading.warning { logger.warning("\(warning)") }
        return reading.token
    }

    private func warn(of http: Configuration.HTTP, _ listeners: [any Listener]) {
        if http.isOpen, !listeners.allSatisfy(\.place.isLocal) {
            logger.warning("everybody who can reach the daemon may ask: http.open is true")
        }
        let descriptors = http.connections + Self.ownDescriptors
        if DescriptorLimit.raise(to: descriptors) < descriptors {
            logger.warning("the limit on open descriptors is too low for http.connections: raise LimitNOFILE=")
        }
    }

    private static func targets(_ configuration: Configuration, besides own: [Endpoint]) -> [Target] {
        let configured = Set(configuration.targets.map(\.id))
        return configuration.targets
            + own.map { Target(name: Version.name, endpoint: $0, source: .own) }
            .filter { !configured.contains($0.id) }
    }
}
