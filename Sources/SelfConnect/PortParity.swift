// Which half of the range a client is given ports from. Neighbours differ in it, so it is no part of a map, whose runs
// would all be one port long: it is said once, for all of them.

/// How easily clients of each kind are given the ports of either parity, by docs/kernel-facts.md: as long as the ports
/// that come first are not used up.
public struct PortParity: Hashable, Sendable {
    private let first: UInt16
    private let isAlone: Bool

    /// The rule in a range; its lower bound decides.
    public init(_ range: PortRange) {
        first = range.first
        isAlone = range.count == 1
    }

    /// How easily a client of `kind` is given a port of this parity that nobody holds: `likely` or `rare`.
    public func exposure(of kind: ClientKind, even isEven: Bool) -> Exposure.Level {
        let isFirst = isEven == (first % 2 == 0)
        switch kind {
        case .range: return .likely
        case .connect, .bindLate: return isFirst || isAlone ? .likely : .rare
        case .bind: return !isFirst || isAlone ? .likely : .rare
        }
    }

    /// The rule in a sentence.
    public var sentence: String {
        let (own, other) = first % 2 == 0 ? ("even", "odd") : ("odd", "even")
        return "Clients that call connect() are given \(own) ports, clients that bind an address first \(other) ones;"
            + " the rest only when those are used up."
    }
}
