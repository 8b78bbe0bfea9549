/// What an exposure is based on.
package enum Proof: String, CaseIterable, Hashable, Sendable {
    /// The directed probe of that client kind.
    case directed
    /// A loop probe that self-connected.
    case loop
    /// The rules of the kernel, applied to the facts.
    case analysis
}

/// Whether one client kind can connect to itself on a target.
package struct Exposure: Hashable, Sendable {
    /// How easily a client can connect to itself.
    package enum Level: String, CaseIterable, Hashable, Sendable {
        /// The kernel normally gives the port to such clients.
        case likely
        /// Possible, but only when the preferred ports are used up.
        case rare
        /// Impossible.
        case none
        /// A probe failed or was blocked: must never be treated as `none`.
        case unknown
    }

    /// The level of the exposure.
    package var level: Level
    /// How often it happens, if likely.
    package var odds: LoopOdds?
    /// The odds for clients that bind with SO_REUSEADDR, if likely for them.
    package var oddsReusingAddress: LoopOdds?
    /// What the level is based on.
    package var proof: Proof

    /// Memberwise initializer.
    package init(level: Level, odds: LoopOdds? = nil, oddsReusingAddress: LoopOdds? = nil, proof: Proof) {
        self.level = level
        self.odds = odds
        self.oddsReusingAddress = oddsReusingAddress
        self.proof = proof
    }

    /// The mean number of attempts until it happens, if likely.
    package var expectedAttempts: Double? { odds?.expectedAttempts }

    /// Whether it is likely or rare.
    package var isExposed: Bool { level == .likely || level == .rare }
}
