/// An endpoint that is watched.
public struct Target: Hashable, Sendable {
    /// How it came to be watched.
    public enum Source: String, Hashable, Sendable {
        /// Named in the configuration.
        case configured
        /// A listener that was found inside the ephemeral range.
        case discovered
        /// The daemon's own port.
        case own
    }

    /// What tells one target from all others.
    public struct ID: Hashable, Sendable {
        /// The network namespace; nil: the daemon's own.
        public var namespace: String?
        /// What is watched.
        public var endpoint: Endpoint

        /// The endpoint in this namespace.
        public init(_ endpoint: Endpoint, in namespace: String? = nil) {
            self.namespace = namespace
            self.endpoint = endpoint
        }
    }

    /// What people call it; targets of one configuration entry share it.
    public var name: String
    /// What is watched.
    public var endpoint: Endpoint
    /// The network namespace that it is watched in, by name or path; nil: the daemon's own.
    public var namespace: String?
    /// The client kinds that its verdict is about.
    public var clients: Set<ClientKind>
    /// How it came to be watched.
    public var source: Source

    /// A target as given.
    public init(
        name: String, endpoint: Endpoint, namespace: String? = nil, clients: Set<ClientKind> = [.connect],
        source: Source = .configured
    ) {
        self.name = name
        self.endpoint = endpoint
        self.namespace = namespace
        self.clients = clients
        self.source = source
    }

    /// What tells it from all others.
    public var id: ID { ID(endpoint, in: namespace) }
}
