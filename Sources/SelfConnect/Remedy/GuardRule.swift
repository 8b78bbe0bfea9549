// Whether a target's port is to be guarded, from what is known about it. Pure.

/// What is to be done about the guard of a target.
package enum GuardRule: Hashable, Sendable {
    /// To have it: to take it where it is not held yet.
    case have
    /// To leave it as it is: nothing is known that decides.
    case leave(String)
    /// Not to have it, for this reason, a sentence fragment.
    case refuse(String)

    /// The rule for a target that is to be guarded.
    package init(_ finding: Finding) {
        let evidence = finding.evidence
        let port = finding.target.endpoint.port
        if let hindrance = evidence.hindrance {
            self = .leave(hindrance)
        } else if !evidence.address.isOwn {
            self = .refuse("\(finding.target.endpoint.address) is not an address of this host")
        } else if !evidence.isInRange {
            self = .refuse("the kernel gives port \(port) to no client: it lies outside the ephemeral range")
        } else if evidence.isReserved {
            self = .refuse("the kernel gives port \(port) to no client: it is reserved")
        } else if evidence.memory.reusesAddress == false {
            self = .refuse("the server does not set SO_REUSEADDR, and could not bind beside a guard")
        } else if finding.target.isOfOthers, evidence.memory.reusesAddress == nil {
            // The configuration does not name this port: a guard must not keep the server of a container from it.
            self = .leave("it is not known whether the server sets SO_REUSEADDR")
        } else {
            self = .have
        }
    }
}

extension Finding {
    /// Why a guard cannot be bound now: the socket that has the port, in a sentence fragment.
    package var guardHindrance: String {
        guard let holder = evidence.holders.first else { return "another socket has the port" }
        return switch holder.state {
        case .listening: "a server listens: it is taken when the server has gone"
        case .source: "the source port of a connection to \(holder.socket.peer)"
        case .selfConnected: "a socket is connected to itself on the port"
        case .bound, .timeWait: "another socket has the port"
        }
    }
}

extension Target {
    /// Whether it was discovered in another network namespace: its server belongs to a container or a unit that the
    /// configuration does not name.
    fileprivate var isOfOthers: Bool { source == .discovered && namespace != nil }
}
