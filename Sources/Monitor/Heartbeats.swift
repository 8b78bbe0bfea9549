// Whether the daemon is alive, determined by the progress of its threads and not by a separate timer.

package import Configuration
import SelfConnect
import Synchronization

/// The heartbeats of the threads, and the fault that prevents probing.
package final class Heartbeats: Sendable {
    /// A thread that must make progress.
    package enum Loop: Int, CaseIterable, Sendable, CustomStringConvertible {
        /// The probe thread.
        case probing
        /// The HTTP thread.
        case http

        package var description: String {
            switch self {
            case .probing: "probing"
            case .http: "http"
            }
        }
    }

    private struct Progress {
        var count = 0
        /// The time of the last heartbeat; nil before the first.
        var last: Duration?
    }

    private struct State {
        /// Indexed by the position in `Loop.allCases`.
        var progress = [Progress](repeating: Progress(), count: Loop.allCases.count)
        var fault: String?
        var stallLimit: Duration
        /// When the oldest verdict of a configured target was determined; nil without one.
        var oldestVerdict: Duration?
        /// Maximum age of that verdict; nil: no limit.
        var bound: Duration?
    }

    private let state: Mutex<State>

    /// Maximum time between two heartbeats of a loop: probes of several addresses in a row may time out.
    package static func stallLimit(_ settings: Configuration) -> Duration { .seconds(15) + settings.probe.timeout * 10 }

    /// Maximum age of the verdict of a configured target: three intervals plus the timeouts of probes.
    package static func bound(_ settings: Configuration) -> Duration {
        settings.probe.interval * 3 + .seconds(5) + settings.probe.timeout * 10
    }

    /// A loop without a heartbeat for `stallLimit` is considered stuck; `bound` is the maximum age of configured
    /// targets' verdicts.
    package init(stallLimit: Duration, bound: Duration? = nil) {
        state = Mutex(State(stallLimit: stallLimit, bound: bound))
    }

    /// Replaces the limit.
    package func setStallLimit(_ stallLimit: Duration) {
        state.withLock { $0.stallLimit = stallLimit }
    }

    /// Replaces the maximum age of verdicts.
    package func setBound(_ bound: Duration) {
        state.withLock { $0.bound = bound }
    }

    /// Sets the time of the oldest verdict of a configured target.
    package func setOldestVerdict(_ time: Duration?) {
        state.withLock { $0.oldestVerdict = time }
    }

    /// The age of the oldest verdict of a configured target; nil without one.
    package func oldestVerdictAge(at now: Duration) -> Duration? {
        state.withLock { state in state.oldestVerdict.map { max(.zero, now - $0) } }
    }

    /// Records progress of a loop.
    package func record(_ loop: Loop, at now: Duration) {
        state.withLock { state in
            state.progress[loop.rawValue].count += 1
            state.progress[loop.rawValue].last = now
        }
    }

    /// Records what prevents probing, such as unreadable sysctls; nil when it works again.
    ///
    /// - Returns: whether the fault has changed.
    @discardableResult
    package func recordFault(_ fault: String?) -> Bool {
        state.withLock { state in
            defer { state.fault = fault }
            return state.fault != fault
        }
    }

    /// The number of heartbeats of each loop, in the order of `Loop.allCases`.
    package var counts: [Int] {
        state.withLock { $0.progress.map(\.count) }
    }

    /// Why the daemon is unhealthy; nil if it is healthy.
    package func fault(at now: Duration) -> String? {
        state.withLock { state in
            for loop in Loop.allCases {
                guard let last = state.progress[loop.rawValue].last, now - last > state.stallLimit else { continue }
                return "the \(loop) loop has made no progress for \((now - last).rounded)"
            }
            if let fault = state.fault { return fault }
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound else { return nil }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }

    /// A warning before that: the oldest verdict is older than two thirds of the maximum.
    package func degradation(at now: Duration) -> String? {
        state.withLock { state in
            guard let oldest = state.oldestVerdict, let bound = state.bound, now - oldest > bound * 2 / 3 else {
                return nil
            }
            return "the oldest verdict of a configured target is \((now - oldest).rounded) old"
        }
    }
}
