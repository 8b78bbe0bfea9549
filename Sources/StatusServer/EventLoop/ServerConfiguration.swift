package import Configuration
package import HTTP
package import Linux
package import SelfConnect

/// What the HTTP server works by, and a reload can change.
package struct ServerConfiguration: Sendable {
    /// What clients connect to.
    package var listeners: [any Listener]
    /// The bounds on a connection, from its beginning on.
    package var limits: Limits
    /// How many connections at once, in all and from one client.
    package var connections: (total: Int, perClient: Int)
    /// Who is answered.
    package var access: AccessPolicy
    /// How much of the targets the metrics show.
    package var detail: MetricsDetail

    /// Terms by the settings.
    ///
    /// - Parameters:
    ///   - connections: how many there may be at once: as the settings say, or fewer.
    ///   - token: what a request must carry.
    package init(_ settings: Configuration, _ listeners: [any Listener], connections: Int, token: BearerToken?) {
        self.listeners = listeners
        limits = Limits(settings.http)
        self.connections = (connections, settings.http.connectionsPerClient)
        detail = settings.metrics.detail
        access = AccessPolicy(token: token, checksHosts: listeners.allSatisfy(\.place.isLocal))
    }
}
