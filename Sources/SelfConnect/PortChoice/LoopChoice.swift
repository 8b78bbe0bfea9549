/// Whether a loop probe of a target is useful, and as which client kind.
///
/// A loop only runs if it can self-connect and reach no other socket: the port is free, and the kernel normally gives
/// it to clients.
package enum LoopChoice: Hashable, Sendable {
    /// Run as this kind, with these odds for the probe's own sockets.
    case run(ClientKind, LoopOdds)
    /// Do not run, for this reason.
    case skip(String)

    /// Chooses among the kinds of the evidence.
    package init(_ evidence: Evidence, _ assessment: Assessment) {
        switch assessment.verdict {
        case .susceptible: break
        case .notSelf, .outsideRange, .reserved, .redirected:
            self = .skip("a self-connection is impossible: \(assessment.reason)")
            return
        case .inconclusive:
            self = .skip("it is not known whether a self-connection is possible: \(assessment.reason)")
            return
        case .selfConnected, .stolen, .latent, .guarded:
            self = .skip("the port is held: \(assessment.reason)")
            return
        }
        let kinds = evidence.clients.sorted().filter { assessment.exposures[$0]?.isExposed == true }
        // Each bind() of a loop may get a port that a connection from another address owns.
        let mayBind = evidence.kernel.restoresPortState
        for kind in kinds where kind.portChoice != .bind || mayBind {
            let odds = evidence.odds(for: kind, reusesAddress: true)
            if odds.expectedAttempts != nil {
                self = .run(kind, odds)
                return
            }
        }
        if kinds.contains(.bind), assessment.exposures[.bind]?.level == .likely {
            self = .skip(
                mayBind
                    ? "the probe's SO_REUSEADDR keeps its bind() in the lower half of the range"
                    : "on this kernel a bind() beside a connection keeps plain connects from its port")
        } else {
            self = .skip(
                "the kernel gives this port to such clients only after all ports of the other parity are exhausted")
        }
    }
}
