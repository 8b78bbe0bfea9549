package import Configuration
package import HTTP
package import Linux

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

    /// Terms by the settings.
    ///
    /// - Parameters:
    ///   - connections: how many there may be at once: as the settings say, or fewer.
    ///   - token: what a request must carry.
    package init(_ settings: Configuration.HTTP, _ listeners: [any Listener], connections: Int, token: BearerToken?) {
        self.listeners = listeners
        limits = Limits(settings)
        self.connections = (connections, settings.connectionsPerClient)
        access = AccessPolicy(token: token, checksHosts: listeners.allSatisfy(\.place.isLocal))
    }
}
