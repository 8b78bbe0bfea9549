// The half of the range from which a client gets its ports. It alternates from port to port, so it is not part of the
// map, whose runs would otherwise have a length of one: it is described once for all ports.

/// How easily clients of each kind get ports of either parity, according to docs/kernel-facts.md, while the preferred
/// ports are not used up.
package struct PortParity: Hashable, Sendable {
    /// The client kinds on this kernel.
    package let kinds: [ClientKind]
    private let first: UInt16
    private let isAlone: Bool
    private let rangeWalksBothParities: Bool?

    /// The rule of a kernel, which depends on the lower bound of its range.
    package init(_ kernel: KernelFacts) {
        kinds = kernel.clientKinds
        first = kernel.ephemeralRange.first
        isAlone = kernel.ephemeralRange.count == 1
        rangeWalksBothParities = kernel.rangeWalksBothParities
    }

    /// How easily a client of `kind` gets a free port of this parity: `likely` or `rare`.
    package func exposure(of kind: ClientKind, even isEven: Bool) -> Exposure.Level {
        let isFirst = isEven == (first % 2 == 0)
        let takesFirst = kind.preference != .otherParity
        let takesBoth = kind.preference == .none && rangeWalksBothParities != false
        return takesBoth || isFirst == takesFirst || isAlone ? .likely : .rare
    }

    /// The rule as a sentence.
    package var sentence: String {
        let (own, other) = first % 2 == 0 ? ("even", "odd") : ("odd", "even")
        return "Clients that call connect() are given \(own) ports, clients that bind an address first \(other) ones;"
            + " the rest only when those are used up.\(ofRange)"
    }

    private var ofRange: String {
        guard kinds.contains(.range), let rangeWalksBothParities else { return "" }
        let ports = rangeWalksBothParities ? "both" : "those of their lowest port's parity first"
        return " Clients that set IP_LOCAL_PORT_RANGE are given \(ports)."
    }
}
