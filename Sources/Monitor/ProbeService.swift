// The probe thread as the other threads see it. They never wait for a probe, but for a reload's, which waits until the
// targets have been taken over.

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

    /// What the thread is to do, and what has become of it.
    private struct Orders: Sendable {
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
    private let orders = ConditionMutex(Orders())
    /// Asked before each probe.
    private let isStopping = Atomic(false)

    /// A service for `targets`, those of the configuration and the daemon's own.
    package init(
        _ settings: Configuration, targets: [Target], store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate
    ) {
        initial = Adoption(settings: settings, targets: targets)
        self.store = store
        self.heartbeats = heartbeats
        self.delegate = delegate
    }

    /// Probes on the calling thread until `stop` is called.
    package func run() throws(SystemCallError) {
        defer { orders.withLock { $0.hasEnded = true } }
        let loop = try ProbeLoop(
            initial.settings, targets: initial.targets, store: store, heartbeats: heartbeats, delegate: delegate
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

    /// Lets `run` come to its end before the next probe.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        wake()
    }

    /// Makes the thread show a sign of life.
    package func wake() {
        orders.withLock { $0.isToBeat = true }
    }

    /// Watches by other settings from now on. Waits until what is new has been looked at.
    ///
    /// Throws where nothing has changed: ECANCELED if the thread ends first.
    package func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        orders.withLock { $0.adoption = Adoption(settings: settings, targets: targets) }
        let outcome = orders.wait { orders in
            orders.outcome.take() ?? (orders.hasEnded ? .failure(SystemCallError("reload", code: ECANCELED)) : nil)
        }
        try outcome?.get()
    }

    private var isToStop: Bool { isStopping.load(ordering: .acquiring) }

    /// The next order; nil if none has come when it is time to probe.
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
