import Linux

/// Decides a race between a reload and its cancellation. The reload takes the claim when everything is prepared; if the
/// claim was cancelled before, by a stop or a timeout, the reload may end much later but changes nothing.
final class ReloadClaim: Sendable {
    private struct State: Sendable {
        var isTaken = false
        var isGivenUp = false
        var hasEnded = false
    }

    private let state = ConditionMutex(State())

    /// Takes the claim; returns false if it was cancelled.
    func take() -> Bool {
        state.withLock { state in
            state.isTaken = !state.isGivenUp
            return state.isTaken
        }
    }

    /// Cancels the reload; returns false if the claim was already taken.
    @discardableResult
    func giveUp() -> Bool {
        state.withLock { state in
            state.isGivenUp = !state.isTaken
            return state.isGivenUp
        }
    }

    /// Records that the reload has ended.
    func end() {
        state.withLock { $0.hasEnded = true }
    }

    /// Whether the reload was cancelled.
    var isGivenUp: Bool { state.withLock { $0.isGivenUp } }

    /// Whether the reload has ended.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Waits for the end of the reload.
    func waitForEnd(until end: Duration) {
        _ = state.wait(until: end) { $0.hasEnded ? true : nil }
    }
}
