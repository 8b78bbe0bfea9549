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

    /// What people call it; targets of one configuration entry share it.
    public var name: String
    /// What is watched.
    public var endpoint: Endpoint
    /// The client kinds that its verdict is about.
    public var clients: Set<ClientKind>
    /// How it came to be watched.
    public var source: Source

    /// A target as given.
    public init(
        name: String, endpoint: Endpoint, clients: Set<ClientKind> = [.connect], source: Source = .configured
    ) {
        self.name = name
        self.endpoint = endpoint
        self.clients = clients
        self.source = source
    }
}
