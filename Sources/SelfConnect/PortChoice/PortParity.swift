// Which half of the range a client is given ports from. Neighbours differ in it, so it is no part of a map, whose runs
// would all be one port long: it is said once, for all of them.

/// How easily clients of each kind are given the ports of either parity, by docs/kernel-facts.md: as long as the ports
/// that come first are not used up.
public struct PortParity: Hashable, Sendable {
    /// The kinds of clients that there are.
    public let kinds: [ClientKind]
    private let first: UInt16
    private let isAlone: Bool
    private let rangeWalksBothParities: Bool?

    /// The rule of a kernel; the lower bound of its range decides.
    public init(_ kernel: KernelFacts) {
        kinds = kernel.clientKinds
        first = kernel.ephemeralRange.first
        isAlone = kernel.ephemeralRange.count == 1
        rangeWalksBothParities = kernel.rangeWalksBothParities
    }

    /// How easily a client of `kind` is given a port of this parity that nobody holds: `likely` or `rare`.
    public func exposure(of kind: ClientKind, even isEven: Bool) -> Exposure.Level {
        let isFirst = isEven == (first % 2 == 0)
        let takesFirst = kind != .bind
        let takesBoth = kind == .range && rangeWalksBothParities != false
        return takesBoth || isFirst == takesFirst || isAlone ? .likely : .rare
    }

    /// The rule in a sentence.
    public var sentence: String {
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
