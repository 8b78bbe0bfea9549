/// What is reported of the daemon itself.
package struct ServiceFacts: Sendable, Hashable {
    /// An address that the status endpoint listens on.
    package struct Listener: Sendable, Hashable {
        /// Where; nil for a unix socket.
        package var endpoint: Endpoint?
        /// The path of a unix socket; nil for TCP.
        package var path: String?
        /// Whether clients can be given its port: it is then exposed to what it watches for.
        package var isOutsideEphemeralRange: Bool

        /// A listener on a unix socket: it has no port that a client could be given.
        package init(path: String) {
            self.path = path
            isOutsideEphemeralRange = true
        }

        /// A listener on TCP.
        package init(endpoint: Endpoint, isOutsideEphemeralRange: Bool) {
            self.endpoint = endpoint
            self.isOutsideEphemeralRange = isOutsideEphemeralRange
        }
    }

    /// When it started.
    package var started: Timestamp
    /// The configuration file; nil for the built-in defaults.
    package var configurationPath: String?
    /// When the configuration was last loaded, well or not.
    package var lastReload: Timestamp
    /// When it was last loaded well.
    package var lastSuccess: Timestamp
    /// What was wrong with the last load, one line; nil if it went well.
    package var reloadFault: String?
    /// Where it listens.
    package var listeners: [Listener]
    /// Why it is not healthy; nil when it is.
    package var fault: String?

    /// Facts as given.
    package init(
        started: Timestamp, configurationPath: String?, lastReload: Timestamp,
        listeners: [Listener] = [], fault: String? = nil
    ) {
        self.started = started
        self.configurationPath = configurationPath
        self.lastReload = lastReload
        lastSuccess = lastReload
        self.listeners = listeners
        self.fault = fault
    }
}
