import Linux

/// What surveys of a network namespace have found out about its self-connections, so that each is examined once.
struct KnownConnections: Sendable {
    /// Which connections with equal endpoints are self-connections.
    var check = SelfConnectionCheck()
    /// The inodes of self-connections that are known not to be probes.
    var credible: Set<UInt32> = []

    /// Of how many connections it is kept until the next visit. A namespace has few; others can have any number.
    private static let limit = 64

    /// Whether it is to be kept until the next visit.
    var isToBeKept: Bool { 1...Self.limit ~= max(check.count, credible.count) }
}
