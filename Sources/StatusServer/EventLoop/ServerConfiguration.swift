package import Configuration
package import HTTP
package import Linux

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

    /// The part of the settings that applies to the server.
    ///
    /// - Parameters:
    ///   - connections: the maximum number of connections: as configured, or fewer.
    ///   - token: the token that requests must contain.
    package init(_ settings: Configuration.HTTP, _ listeners: [any Listener], connections: Int, token: BearerToken?) {
        self.listeners = listeners
        limits = Limits(settings)
        self.connections = (connections, settings.connectionsPerClient)
        access = AccessPolicy(token: token, checksHosts: listeners.allSatisfy(\.place.isLocal))
    }
}
