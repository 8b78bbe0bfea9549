import Glibc
import Synchronization

/// What a preparation opens, until somebody has taken it over. Whoever gives a preparation up takes away what it has
/// opened; nothing is opened after that, however late the preparation gets there.
final class PendingOpenings: Sendable {
    private struct State {
        var openings: [Opening] = []
        var isAbandoned = false
    }

    private let state = Mutex(State())

    /// Opens, unless the preparation has been given up.
    func open(_ body: () throws(LaunchFault) -> [Opening]) throws(LaunchFault) -> [Opening] {
        try state.withLock { state throws(LaunchFault) in
            guard !state.isAbandoned else { throw .runtime("the daemon stops", errno: ECANCELED) }
            state.openings = try body()
            return state.openings
        }
    }

    /// Gives the preparation up: of what it has opened remains what is among `kept`.
    func abandon(besides kept: [Opening]) {
        state.withLock { state in
            state.isAbandoned = true
            Opening.withdraw(state.openings, besides: kept)
            state.openings = []
        }
    }
}
