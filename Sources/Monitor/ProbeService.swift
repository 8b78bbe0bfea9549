// The interface of the probe thread for other threads. They never wait for a probe, except a reload, which waits until
// the targets have been applied.

package import Configuration
import Glibc
package import Linux
package import SelfConnect
import Synchronization

/// Probes the targets until it is stopped.
package final class ProbeService: Sendable {
    private struct Adoption: Sendable {
        let settings: Configuration
        let targets: [Target]
    }

    /// Commands to the thread, and their result.
    private struct Orders: Sendable {
        /// Until the thread has taken them: a guard that it gives up has to be the last reference.
        var guards: GuardKeeper?
        var isToReport = false
        var adoption: Adoption?
        var outcome: Result<Void, SystemCallError>?
        var hasEnded = false

        /// The next command, the most important one first; nil if there is none.
        mutating func take(isStopping: Bool) -> Order? {
            if isStopping { return .stop }
            if let adoption = adoption.take() { return .apply(adoption) }
            guard isToReport else { return nil }
            isToReport = false
            return .report
        }
    }

    private enum Order {
        case stop
        case report
        case apply(Adoption)
    }

    private let initial: Adoption
    private let store: SnapshotStore
    private let heartbeats: Heartbeats
    private let delegate: any MonitorDelegate
    private let orders: ConditionMutex<Orders>
    /// Given with each command: the thread sleeps in one place, where events wake it as well.
    private let signal: WakeSignal
    /// Checked before each probe.
    private let isStopping = Atomic(false)

    /// A service for `targets`, the configured and the own ones.
    package init(
        _ settings: Configuration, targets: [Target], store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate, guards: GuardKeeper = GuardKeeper()
    ) throws(SystemCallError) {
        signal = try WakeSignal()
        initial = Adoption(settings: settings, targets: targets)
        orders = ConditionMutex(Orders(guards: guards))
        self.store = store
        self.heartbeats = heartbeats
        self.delegate = delegate
    }

    /// Probes on the calling thread until `stop` is called.
    package func run() throws(SystemCallError) {
        defer { orders.withLock { $0.hasEnded = true } }
        let loop = try ProbeLoop(
            initial.settings, targets: initial.targets,
            guards: orders.withLock { $0.guards.take() } ?? GuardKeeper(), store: store, heartbeats: heartbeats,
            delegate: delegate
        ) { self.isToStop }
        while true {
            loop.recordProgress()
            switch orders.withLock({ $0.take(isStopping: isToStop) }) {
            case .stop: return
            case .report: break
            case .apply(let adoption):
                let outcome = Result { () throws(SystemCallError) in
                    try loop.apply(adoption.settings, targets: adoption.targets)
                }
                orders.withLock { $0.outcome = outcome }
            case nil:
                let now = Clock.monotonic
                guard !signal.wait(or: loop.descriptor(at: now), until: loop.next(after: now)) else { continue }
                loop.step(at: Clock.monotonic)
            }
        }
    }

    /// Makes `run` return before the next probe.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wake()
    }

    /// Makes the thread record a heartbeat.
    package func wake() {
        orders.withLock { $0.isToReport = true }
        signal.set()
    }

    /// Applies another configuration. Returns when new targets have been surveyed.
    ///
    /// If it throws, nothing has changed; ECANCELED if the thread ends first.
    package func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        orders.withLock { $0.adoption = Adoption(settings: settings, targets: targets) }
        signal.set()
        let outcome = orders.wait { orders in
            orders.outcome.take() ?? (orders.hasEnded ? .failure(SystemCallError("reload", code: ECANCELED)) : nil)
        }
        try outcome?.get()
    }

    private var isToStop: Bool { isStopping.load(ordering: .acquiring) }
}
