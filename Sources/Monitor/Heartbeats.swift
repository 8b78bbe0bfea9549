// Whether the daemon is alive, determined by the progress of its threads and not by a separate timer.

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
        var limits: HealthLimits
        /// When the oldest verdict of a configured target was determined; nil without one.
        var oldestVerdict: Duration?

        /// What is wrong if the oldest verdict is older than this; nil if it is not, or without a verdict or a limit.
        func staleness(at now: Duration, beyond limit: Duration?) -> String? {
            guard let oldestVerdict, let limit, now - oldestVerdict > limit else { return nil }
            return "the oldest verdict of a configured target is \((now - oldestVerdict).rounded) old"
        }
    }

    private let state: Mutex<State>

    /// No thread has begun.
    package init(_ limits: HealthLimits) {
        state = Mutex(State(limits: limits))
    }

    /// Replaces the limits.
    package func apply(_ limits: HealthLimits) {
        state.withLock { $0.limits = limits }
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
                guard let last = state.progress[loop.rawValue].last, now - last > state.limits.stall else { continue }
                return "the \(loop) loop has made no progress for \((now - last).rounded)"
            }
            return state.fault ?? state.staleness(at: now, beyond: state.limits.verdictAge)
        }
    }

    /// A warning before that: the oldest verdict is older than two thirds of the maximum.
    package func degradation(at now: Duration) -> String? {
        state.withLock { $0.staleness(at: now, beyond: $0.limits.verdictAge.map { $0 * 2 / 3 }) }
    }
}
