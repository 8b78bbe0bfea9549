/// What became of a target's guard.
package enum GuardState: Hashable, Sendable {
    /// The daemon's socket is bound to the port, since then.
    case held(since: Timestamp)
    /// It is to be taken and could not be yet, for this reason, a sentence fragment.
    case waiting(String)
    /// It is not to be taken as things are, for this reason, a sentence fragment.
    case refused(String)

    /// The state without its circumstances, as documents and metrics name it.
    package enum Name: String, CaseIterable, Hashable, Sendable {
        case held
        case waiting
        case refused
    }

    /// Which state it is.
    package var name: Name {
        switch self {
        case .held: .held
        case .waiting: .waiting
        case .refused: .refused
        }
    }

    /// Since when it is held.
    package var since: Timestamp? {
        if case .held(let since) = self { since } else { nil }
    }

    /// Why it is not.
    package var reason: String? {
        switch self {
        case .held: nil
        case .waiting(let reason), .refused(let reason): reason
        }
    }
}
