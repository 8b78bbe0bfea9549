/// Facts about the daemon itself.
package struct ServiceFacts: Sendable, Hashable {
    /// An address of the status endpoint.
    package struct Listener: Sendable, Hashable {
        /// The TCP endpoint; nil for a unix socket.
        package var endpoint: Endpoint?
        /// The path of a unix socket; nil for TCP.
        package var path: String?
        /// Whether clients cannot get its port; otherwise the daemon itself is exposed.
        package var isOutsideEphemeralRange: Bool

        /// A unix socket, which has no port.
        package init(path: String) {
            self.path = path
            isOutsideEphemeralRange = true
        }

        /// A TCP listener.
        package init(endpoint: Endpoint, isOutsideEphemeralRange: Bool) {
            self.endpoint = endpoint
            self.isOutsideEphemeralRange = isOutsideEphemeralRange
        }
    }

    /// The name of the host.
    package var hostname: String
    /// When the daemon started.
    package var started: Timestamp
    /// The configuration file; nil for the built-in defaults.
    package var configurationPath: String?
    /// When the configuration was last loaded, successfully or not.
    package var lastReload: Timestamp
    /// When the configuration was last loaded successfully.
    package var lastSuccess: Timestamp
    /// The error of the last load, one line; nil if it succeeded.
    package var reloadFault: String?
    /// The addresses of the status endpoint.
    package var listeners: [Listener]
    /// Why the daemon is unhealthy; nil if it is healthy.
    package var fault: String?

    /// Memberwise initializer.
    package init(
        hostname: String, started: Timestamp, configurationPath: String?, lastReload: Timestamp,
        listeners: [Listener] = [], fault: String? = nil
    ) {
        self.hostname = hostname
        self.started = started
        self.configurationPath = configurationPath
        self.lastReload = lastReload
        lastSuccess = lastReload
        self.listeners = listeners
        self.fault = fault
    }
}
