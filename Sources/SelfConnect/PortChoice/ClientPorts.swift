// What reserving ports costs: clients get their source ports from what is left of the ephemeral range, and where nothing
// is left no client connects anywhere any more (EADDRNOTAVAIL).

/// The ports of an ephemeral range that a reserved list leaves to clients.
public struct ClientPorts: Hashable, Sendable {
    /// The range.
    public let range: PortRange
    /// How many of its ports are left.
    public let count: Int

    /// With fewer, hosts run out of ports for connections to one server in an ordinary hour.
    public static let least = 1024

    /// What these two sets leave of `range`.
    public init(of range: PortRange, reserving reserved: PortSet, and others: PortSet = PortSet()) {
        self.range = range
        let more = others.intersection(range).ports.count { !reserved.contains($0) }
        count = range.count - reserved.intersection(range).count - more
    }

    /// Whether fewer than half of the range are left.
    public var isLessThanHalf: Bool { 2 * count < range.count }

    /// Whether they are too few for advice to take more of them.
    public var areTooFew: Bool { count < Self.least || isLessThanHalf }

    /// What a reserved list does, as the end of a sentence: `leaves clients 20 of the 64 ports of …`.
    public var sentence: String {
        guard count > 0 else { return "leaves no port of the ephemeral range \(range) to clients: none could connect" }
        let limits = [(count < Self.least, "fewer than \(Self.least)"), (isLessThanHalf, "less than half")]
        let crossed = limits.filter(\.0).map(\.1)
        return "leaves clients \(count) of the \(range.count) ports of the ephemeral range \(range)"
            + (crossed.isEmpty ? "" : ", ") + crossed.joined(separator: " and ")
    }
}

extension KernelFacts {
    /// The ports that clients have once `ports` are reserved too.
    public func clientPorts(reserving ports: PortSet = PortSet()) -> ClientPorts {
        ClientPorts(of: ephemeralRange, reserving: reservedPorts, and: ports)
    }
}
