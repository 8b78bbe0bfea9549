// Whether the daemon is alive, judged by what its threads get done and not by a timer that runs beside them.

import Configuration
import SelfConnect
import Synchronization

/// The heartbeats of the threads that have to move, and the fault that keeps one from doing its work.
final class Heartbeats: Sendable {
    /// A thread that has to move.
    enum Loop: Int, CaseIterable, Sendable, CustomStringConvertible {
        /// The one that probes.
        case probing
        /// The one that answers HTTP.
        case http

        var description: String {
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
        var patience: Duration
        /// When the oldest verdict of a configured target was found; nil without one.
        var oldestVerdict: Duration?
        /// How old that may be; nil: as old as it likes.
        var bound: Duration?
    }

    private let state: Mutex<State>

    /// How long a loop may go without a beat: a probe may wait for its time-out, for some addresses in a row.
    static func patience(_ settings: Configuration) -> Duration { .seconds(15) + settings.probe.timeout * 10 }

    /// How old the verdict of a configured target may be: three intervals, and what a probe may wait.
    static func bound(_ settings: Configuration) -> Duration {
        settings.probe.interval * 3 + .seconds(5) + settings.probe.timeout * 10
    }

    /// Without a beat for `patience` a loop counts as stuck; a verdict of a configured target may be as old as `bound`.
    init(patience: Duration, bound: Duration? = nil) {
        state = Mutex(State(patience: patience, bound: bound))
    }

    /// Another patience from now on.
    func setPatience(_ patience: Duration) {
        state.withLock { $0.patience = patience }
    }

    /// Another bound on the age of verdicts from now on.
    func setBound(_ bound: Duration) {
        state.withLock { $0.bound = bound }
    }

    /// When the oldest verdict of a configured target was found.
    func setOldestVerdict(_ time: Duration?) {
        state.withLock { $0.oldestVerdict = time }
    }

    /// How old the oldest verdict of a configured target is; nil without one.
    func oldestVerdictAge(at now: Duration) -> Duration? {
        state.withLock { state in state.oldestVerdict.map { max(.zero, now - $0) } }
    }

    /// A loop got something done.
    func beat(_ loop: Loop, at now: Duration) {
        state.withLock { state in
            state.beats[loop.rawValue].count += 1
            state.beats[loop.rawValue].last = now
        }
    }

    /// What keeps the probes from working, such as sysctls that cannot be read; nil once they work again.
    ///
    /// - Returns: whether that is news.
    @discardableResult
    func recordFault(_ fault: String?) -> Bool {
        state.withLock { state in
            defer { state.fault = fault }
            return state.fault != fault
        }
    }

    /// How many beats each loop made so far, in the order of all loops.
    var beats: [Int] {
        state.withLock { $0.beats.map(\.count) }
    }

    /// Why the daemon is not healthy; nil when it is.
    func fault(at now: Duration) -> String? {
        state.withLock { state in
            for loop in Loop.allCases {
                guard let last = state.beats[loop.rawValue].last, now - last > state.patience else { continue }
                return "the \(loop) loop has made no progress for \((now - last).rounded)"
            }
            if let fault = state.fault { return fault }
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound else { return nil }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }

    /// What comes before that: the oldest verdict is older than two thirds of the bound.
    func degradation(at now: Duration) -> String? {
        state.withLock { state in
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound * 2 / 3 else {
                return nil
            }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }
}
