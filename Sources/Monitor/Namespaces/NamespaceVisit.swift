import Linux
import Probing
import SelfConnect

/// What a visit to a network namespace is to find out.
struct NamespaceVisitRequest: Sendable {
    let namespace: String
    let place: NamespacePlace
    /// Endpoints whose self-connections it looks for.
    let suspects: Set<Endpoint>
    /// Whether all connections may be looked for.
    let admitsWalk: Bool
    /// The facts, if they need not be read again; nil: they have to.
    let knownFacts: KernelFacts?
    /// How many listeners are kept.
    let listenerLimit: Int

    /// Maximum number of listeners whose owners are looked up.
    private static let ownerLookupLimit = 256

    /// Visits the namespace that the thread is in now.
    ///
    /// - Parameter start: the processor time with which the visit began.
    /// - Returns: what was found; nil if it is another namespace of the same name.
    func run(
        _ survey: inout Survey, _ arrival: NamespaceSurveys.Arrival, since start: Duration
    ) throws(SystemCallError) -> NamespaceVisit? {
        guard arrival != .replaced else { return nil }
        let brief = try survey.readBriefState(
            of: suspects, admitsWalk: admitsWalk, facts: arrival == .same ? knownFacts : nil)
        var census = SocketCensus(brief.state.sockets, in: brief.state.kernel.ephemeralRange)
        let omitted = max(0, census.listeners.count - listenerLimit)
        census.cut(listeners: listenerLimit, connections: NamespacePlan.connectionLimit)
        survey.name(&census.listeners, atMost: Self.ownerLookupLimit)
        survey.name(&census.selfConnections, atMost: NamespacePlan.connectionLimit)
        census.place(in: namespace)
        return NamespaceVisit(
            brief: brief, census: census, omittedListeners: omitted, cost: Clock.threadProcessorTime - start)
    }
}

/// What a visit found in a namespace.
struct NamespaceVisit: Sendable {
    let brief: BriefState
    let census: SocketCensus
    /// Listeners in its range beyond the limit for one namespace.
    let omittedListeners: Int
    let cost: Duration
}
