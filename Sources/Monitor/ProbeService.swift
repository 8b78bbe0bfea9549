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
        var isToBeat = false
        var adoption: Adoption?
        var outcome: Result<Void, SystemCallError>?
        var hasEnded = false
    }

    private enum Order {
        case stop
        case beat
        case apply(Adoption)
    }

    private let initial: Adoption
    private let store: SnapshotStore
    private let heartbeats: Heartbeats
    private let delegate: any MonitorDelegate
    private let orders: ConditionMutex<Orders>
    /// Asked before each probe.
    private let isStopping = Atomic(false)

    /// A service for `targets`, the configured and the own ones.
    package init(
        _ settings: Configuration, targets: [Target], store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate, guards: GuardKeeper = GuardKeeper()
    ) {
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
            loop.beat()
            switch order(by: loop.next) {
            case .stop: return
            case .beat: break
            case .apply(let adoption):
                let outcome = Result { () throws(SystemCallError) in
                    try loop.apply(adoption.settings, targets: adoption.targets)
                }
                orders.withLock { $0.outcome = outcome }
            case nil: loop.step(at: Clock.monotonic)
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
        orders.withLock { $0.isToBeat = true }
    }

    /// Applies another configuration. Returns when new targets have been surveyed.
    ///
    /// If it throws, nothing has changed; ECANCELED if the thread ends first.
    package func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        orders.withLock { $0.adoption = Adoption(settings: settings, targets: targets) }
        let outcome = orders.wait { orders in
            orders.outcome.take() ?? (orders.hasEnded ? .failure(SystemCallError("reload", code: ECANCELED)) : nil)
        }
        try outcome?.get()
    }

    private var isToStop: Bool { isStopping.load(ordering: .acquiring) }

    /// The next command; nil if there is none before the next probe is due.
    private func order(by time: Duration) -> Order? {
        orders.wait(until: time) { orders in
            if isToStop { return .stop }
            if let adoption = orders.adoption.take() { return .apply(adoption) }
            guard orders.isToBeat else { return nil }
            orders.isToBeat = false
            return .beat
        }
    }
}
