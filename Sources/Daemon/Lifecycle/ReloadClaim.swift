import Linux

/// The right of a reload to change something. The reload takes it when all is prepared, unless it was given up before:
/// at a stop, or because reading timed out. Such a reload may come to its end much later, and changes nothing then.
final class ReloadClaim: Sendable {
    private struct State: Sendable {
        var isTaken = false
        var isGivenUp = false
        var hasEnded = false
    }

    private let state = ConditionMutex(State())

    /// Takes the right; whether it could be taken.
    func take() -> Bool {
        state.withLock { state in
            state.isTaken = !state.isGivenUp
            return state.isTaken
        }
    }

    /// Gives the reload up; whether that came in time.
    @discardableResult
    func giveUp() -> Bool {
        state.withLock { state in
            state.isGivenUp = !state.isTaken
            return state.isGivenUp
        }
    }

    /// The reload has come to its end.
    func end() {
        state.withLock { $0.hasEnded = true }
    }

    /// Whether the reload was given up.
    var isGivenUp: Bool { state.withLock { $0.isGivenUp } }

    /// Whether the reload has come to its end.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Waits for the end of the reload.
    func waitForEnd(until end: Duration) {
        _ = state.wait(until: end) { $0.hasEnded ? true : nil }
    }
}
