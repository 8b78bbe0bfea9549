// The cost of reserving ports: clients get their source ports from the rest of the ephemeral range, and if it is empty,
// no client can connect (EADDRNOTAVAIL).

/// The ports of an ephemeral range that a reserved list leaves to clients.
package struct ClientPorts: Hashable, Sendable {
    /// The range.
    package let range: PortRange
    /// The number of ports left.
    package let count: Int

    /// With fewer, hosts regularly run out of ports for connections to one server.
    package static let least = 1024

    /// The ports of `range` in neither of these sets.
    package init(of range: PortRange, reserving reserved: PortSet, and others: PortSet = PortSet()) {
        self.range = range
        let more = others.intersection(range).ports.count { !reserved.contains($0) }
        count = range.count - reserved.intersection(range).count - more
    }

    /// Whether less than half of the range is left.
    package var isLessThanHalf: Bool { 2 * count < range.count }

    /// Whether these are too few to recommend further reservations.
    package var areTooFew: Bool { count < Self.least || isLessThanHalf }

    /// The effect of a reserved list, as the end of a sentence: `leaves clients 20 of the 64 ports of …`.
    package var sentence: String {
        guard count > 0 else { return "leaves no port of the ephemeral range \(range) to clients: none could connect" }
        let limits = [(count < Self.least, "fewer than \(Self.least)"), (isLessThanHalf, "less than half")]
        let crossed = limits.filter(\.0).map(\.1)
        return "leaves clients \(count) of the \(range.count) ports of the ephemeral range \(range)"
            + (crossed.isEmpty ? "" : ", ") + crossed.joined(separator: " and ")
    }
}

extension KernelFacts {
    /// The ports that clients have if `ports` are also reserved.
    package func clientPorts(reserving ports: PortSet = PortSet()) -> ClientPorts {
        ClientPorts(of: ephemeralRange, reserving: reservedPorts, and: ports)
    }
}
