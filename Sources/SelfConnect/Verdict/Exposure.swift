/// What an exposure rests on.
public enum Proof: String, CaseIterable, Hashable, Sendable {
    /// That client kind's own directed probe.
    case directed
    /// A loop that closed.
    case loop
    /// The rules of the kernel, applied to its facts.
    case analysis
}

/// Whether one kind of client can connect to itself on a target.
public struct Exposure: Hashable, Sendable {
    /// How easily.
    public enum Level: String, CaseIterable, Hashable, Sendable {
        /// The kernel gives the port to such clients in the ordinary course.
        case likely
        /// Eligible, but only when the ports that come first are used up.
        case rare
        /// Not at all.
        case none
        /// A probe was hindered: never to be read as none.
        case unknown
    }

    /// How easily.
    public var level: Level
    /// How often it happens, where it is likely.
    public var odds: LoopOdds?
    /// The same for clients that bind with SO_REUSEADDR: where they are given the port in the ordinary course.
    public var oddsReusingAddress: LoopOdds?
    /// What that rests on.
    public var proof: Proof

    /// An exposure as given.
    public init(level: Level, odds: LoopOdds? = nil, oddsReusingAddress: LoopOdds? = nil, proof: Proof) {
        self.level = level
        self.odds = odds
        self.oddsReusingAddress = oddsReusingAddress
        self.proof = proof
    }

    /// The mean number of connects until it happens, where it is likely.
    public var expectedAttempts: Double? { odds?.expectedAttempts }

    /// Likely or rare.
    public var isExposed: Bool { level == .likely || level == .rare }
}
