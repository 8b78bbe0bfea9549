package import Configuration
package import HTTP
package import Linux
package import SelfConnect

/// The configuration of the HTTP server, which a reload can change.
package struct ServerConfiguration: Sendable {
    /// What clients connect to.
    package var listeners: [any Listener]
    /// The limits on a connection that starts now.
    package var limits: Limits
    /// Maximum number of connections, in total and per client.
    package var connections: (total: Int, perClient: Int)
    /// The access rules.
    package var access: AccessPolicy
    /// How much of the targets the metrics show.
    package var detail: MetricsDetail

    /// The part of the settings that applies to the server.
    ///
    /// - Parameters:
    ///   - connections: the maximum number of connections: as configured, or fewer.
    ///   - token: the token that requests must contain.
    package init(_ settings: Configuration, _ listeners: [any Listener], connections: Int, token: BearerToken?) {
        self.listeners = listeners
        limits = Limits(settings.http)
        self.connections = (connections, settings.http.connectionsPerClient)
        detail = settings.metrics.detail
        access = AccessPolicy(token: token, checksHosts: listeners.allSatisfy(\.place.isLocal))
    }
}
