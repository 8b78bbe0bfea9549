/// Why no client can connect to itself on a target, based on an answer of the kernel. Denied queries, errors and empty
/// answers do not prove safety.
enum Safety: Hashable {
    /// The range was read, and the port is outside it.
    case outsideRange(PortRange)
    /// The reserved list was read and contains the port.
    case reserved
    /// A guard of this daemon holds the port: its own socket is bound to it on these addresses.
    case guarded([IPAddress])
    /// The kernel returned a route to the address that leaves the host, or one with another source address; or it has
    /// no clients of these kinds.
    case notSelf

    /// The reason in the evidence; nil if there is none.
    init?(_ evidence: Evidence) {
        guard evidence.hindrance == nil else { return nil }
        if !evidence.isInRange {
            self = .outsideRange(evidence.kernel.ephemeralRange)
        } else if evidence.isReserved {
            self = .reserved
        } else if evidence.isGuarded {
            self = .guarded(evidence.sockets.guards)
        } else {
            let clients = evidence.possibleClients
            let loops = clients.contains { evidence.address.loops($0, to: evidence.endpoint.address) }
            guard clients.isEmpty || !loops else { return nil }
            self = .notSelf
        }
    }

    /// The corresponding verdict.
    var verdict: Verdict {
        switch self {
        case .outsideRange: .outsideRange
        case .reserved: .reserved
        case .guarded: .guarded
        case .notSelf: .notSelf
        }
    }
}
