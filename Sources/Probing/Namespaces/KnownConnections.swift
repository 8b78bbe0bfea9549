import Linux

/// What surveys of a network namespace have found out about its self-connections, so that each is examined once.
struct KnownConnections: Sendable {
    /// Which connections with equal endpoints are self-connections.
    var check = SelfConnectionCheck()
    /// The inodes of self-connections that are known not to be probes.
    var credible: Set<UInt32> = []

    /// Maximum number of connections for which this is kept until the next visit. Normally a namespace has few, but a process
    /// can make any number.
    private static let limit = 64

    /// Whether this is kept until the next visit: not if it is empty or too large.
    var isToBeKept: Bool { 1...Self.limit ~= max(check.count, credible.count) }
}
