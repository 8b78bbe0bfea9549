public import SelfConnect

/// What is reported of the daemon itself.
public struct ServiceFacts: Sendable, Hashable {
    /// An address that the status endpoint listens on.
    public struct Listener: Sendable, Hashable {
        /// Where; nil for a unix socket.
        public var endpoint: Endpoint?
        /// The path of a unix socket; nil for TCP.
        public var path: String?
        /// Whether clients can be given its port: it is then exposed to what it watches for.
        public var isOutsideEphemeralRange: Bool

        /// A listener on a unix socket: it has no port that a client could be given.
        public init(path: String) {
            self.path = path
            isOutsideEphemeralRange = true
        }

        /// A listener on TCP.
        public init(endpoint: Endpoint, isOutsideEphemeralRange: Bool) {
            self.endpoint = endpoint
            self.isOutsideEphemeralRange = isOutsideEphemeralRange
        }
    }

    /// When it started.
    public var started: Timestamp
    /// The configuration file; nil for the built-in defaults.
    public var configurationPath: String?
    /// When the configuration was last loaded, well or not.
    public var lastReload: Timestamp
    /// When it was last loaded well.
    public var lastSuccess: Timestamp
    /// What was wrong with the last load, one line; nil if it went well.
    public var reloadFault: String?
    /// Where it listens.
    public var listeners: [Listener]
    /// Why it is not healthy; nil when it is.
    public var fault: String?

    /// Facts as given.
    public init(
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
