// Whether the daemon is alive, judged by what its threads get done and not by a timer that runs beside them.

package import Configuration
import SelfConnect
import Synchronization

/// The heartbeats of the threads that have to move, and the fault that keeps one from doing its work.
package final class Heartbeats: Sendable {
    /// A thread that has to move.
    package enum Loop: Int, CaseIterable, Sendable, CustomStringConvertible {
        /// The one that probes.
        case probing
        /// The one that answers HTTP.
        case http

        package var description: String {
            switch self {
            case .probing: "probing"
            case .http: "http"
            }
        }
    }

    private struct Beats {
        var count = 0
        /// When the last one was; nil before the first.
        var last: Duration?
    }

    private struct State {
        /// By the position of the loop among all.
        var beats = [Beats](repeating: Beats(), count: Loop.allCases.count)
        var fault: String?
        var stallLimit: Duration
        /// When the oldest verdict of a configured target was found; nil without one.
        var oldestVerdict: Duration?
        /// How old that may be; nil: no bound.
        var bound: Duration?
    }

    private let state: Mutex<State>

    /// How long a loop may go without a beat: a probe may wait for its time-out, for some addresses in a row.
    package static func stallLimit(_ settings: Configuration) -> Duration { .seconds(15) + settings.probe.timeout * 10 }

    /// How old the verdict of a configured target may be: three intervals, and what a probe may wait.
    package static func bound(_ settings: Configuration) -> Duration {
        settings.probe.interval * 3 + .seconds(5) + settings.probe.timeout * 10
    }

    /// A loop without a beat for `stallLimit` counts as stuck; a verdict of a configured target may be as old as `bound`.
    package init(stallLimit: Duration, bound: Duration? = nil) {
        state = Mutex(State(stallLimit: stallLimit, bound: bound))
    }

    /// Replaces the limit.
    package func setStallLimit(_ stallLimit: Duration) {
        state.withLock { $0.stallLimit = stallLimit }
    }

    /// Replaces the bound on the age of verdicts.
    package func setBound(_ bound: Duration) {
        state.withLock { $0.bound = bound }
    }

    /// When the oldest verdict of a configured target was found.
    package func setOldestVerdict(_ time: Duration?) {
        state.withLock { $0.oldestVerdict = time }
    }

    /// How old the oldest verdict of a configured target is; nil without one.
    package func oldestVerdictAge(at now: Duration) -> Duration? {
        state.withLock { state in state.oldestVerdict.map { max(.zero, now - $0) } }
    }

    /// A loop got something done.
    package func beat(_ loop: Loop, at now: Duration) {
        state.withLock { state in
            state.beats[loop.rawValue].count += 1
            state.beats[loop.rawValue].last = now
        }
    }

    /// What keeps the probes from working, such as sysctls that cannot be read; nil once they work again.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    package func recordFault(_ fault: String?) -> Bool {
        state.withLock { state in
            defer { state.fault = fault }
            return state.fault != fault
        }
    }

    /// How many beats each loop made so far, in the order of all loops.
    package var beats: [Int] {
        state.withLock { $0.beats.map(\.count) }
    }

    /// Why the daemon is not healthy; nil when it is.
    package func fault(at now: Duration) -> String? {
        state.withLock { state in
            for loop in Loop.allCases {
                guard let last = state.beats[loop.rawValue].last, now - last > state.stallLimit else { continue }
                return "the \(loop) loop has made no progress for \((now - last).rounded)"
            }
            if let fault = state.fault { return fault }
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound else { return nil }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }

    /// What comes before that: the oldest verdict is older than two thirds of the bound.
    package func degradation(at now: Duration) -> String? {
        state.withLock { state in
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound * 2 / 3 else {
                return nil
            }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }
}
