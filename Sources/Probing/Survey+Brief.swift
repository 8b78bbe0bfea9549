// A state of a namespace for a fraction of the time: the kernel looks for all sockets of a namespace among those of the whole
// host, but has its listeners and single connections at hand.

package import Linux
package import SelfConnect

/// What a look at a namespace found that does not walk the tables of the whole host.
package struct BriefState: Sendable {
    /// The facts and the sockets.
    package let state: NamespaceState
    /// Whether the facts were read, and not known from before.
    package let hasReadFacts: Bool
    /// Whether no connection of the namespace is missing.
    package let isWhole: Bool
    /// Whether the tables were walked.
    package let hasWalked: Bool
}

extension Survey {
    /// The current facts, and as few sockets as the verdicts on `endpoints` need: all listeners, and
    /// self-connections of these endpoints. Whatever else has a port shows when a probe is refused, and is looked for then.
    ///
    /// Where a server's bind() beside a connection would leave a trace, all connections have to be known.
    ///
    /// - Parameters:
    ///   - admitsWalk: whether all connections may be looked for.
    ///   - known: the namespace's facts, if they are not to be read.
    package mutating func readBriefState(
        of endpoints: some Sequence<Endpoint>, admitsWalk: Bool = false, facts known: KernelFacts? = nil
    ) throws(SystemCallError) -> BriefState {
        try beginReading()
        let facts = if let known { known } else { try kernel.read() }
        let now = Clock.monotonic
        var table = try sockets.briefTable(
            with: Set(endpoints), admitsWalk: admitsWalk || !facts.restoresPortState)
        try removeProbes(from: &table.sockets)
        return BriefState(
            state: NamespaceState(kernel: facts, sockets: table.sockets, readAt: now), hasReadFacts: known == nil,
            isWhole: table.isWhole, hasWalked: table.hasWalked)
    }
}
