import Synchronization
import TestSupport

/// Holds up threads while it is shut.
final class Gate: Sendable {
    private let state = Mutex((isShut: false, waiting: 0))

    /// Makes threads wait from now on.
    func shut() { state.withLock { $0.isShut = true } }

    /// Lets those go on that wait, and all others.
    func open() { state.withLock { $0.isShut = false } }

    /// Whether a thread waits.
    var isWaitedFor: Bool { state.withLock { $0.waiting > 0 } }

    /// Returns when it is open.
    func pass() {
        guard state.withLock({ $0.isShut }) else { return }
        state.withLock { $0.waiting += 1 }
        _ = Waiting.holds(every: .milliseconds(1)) { !state.withLock { $0.isShut } }
        state.withLock { $0.waiting -= 1 }
    }
}
