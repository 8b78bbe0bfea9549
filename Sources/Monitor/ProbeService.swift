// The interface of the probe thread for other threads. They never wait for a probe, except a reload, which waits until
// the targets have been applied.

package import Configuration
import Glibc
package import Linux
package import SelfConnect
import Synchronization

/// Probes the targets until it is stopped.
package final class ProbeService: Sendable {
    /// A configuration with its targets.
    private struct NewConfiguration: Sendable {
        let settings: Configuration
        let targets: [Target]
    }

    private enum Command {
        case stop
        case recordHeartbeat
        case apply(NewConfiguration)
    }

    /// What other threads have requested, and the result of the last configuration.
    private struct Mailbox: Sendable {
        /// Only until the thread has taken them: a guard that it releases must have no other reference.
        var guards: GuardKeeper?
        var needsHeartbeat = false
        var configuration: NewConfiguration?
        var outcome: Result<Void, SystemCallError>?
        var hasEnded = false

        /// The next command, the most important one first; nil if there is none.
        mutating func takeCommand(isStopping: Bool) -> Command? {
            if isStopping { return .stop }
            if let configuration = configuration.take() { return .apply(configuration) }
            guard needsHeartbeat else { return nil }
            needsHeartbeat = false
            return .recordHeartbeat
        }
    }

    private let initial: NewConfiguration
    private let store: SnapshotStore
    private let heartbeats: Heartbeats
    private let delegate: any MonitorDelegate
    private let mailbox: ConditionMutex<Mailbox>
    /// Set with each command: the thread sleeps in one place, where events wake it as well.
    private let signal: WakeSignal
    /// Checked before each probe.
    private let isStopping = Atomic(false)

    /// A service for `targets`, the configured and the own ones.
    package init(
        _ settings: Configuration, targets: [Target], store: SnapshotStore, heartbeats: Heartbeats,
        delegate: any MonitorDelegate, guards: GuardKeeper = GuardKeeper()
    ) throws(SystemCallError) {
        signal = try WakeSignal()
        initial = NewConfiguration(settings: settings, targets: targets)
        mailbox = ConditionMutex(Mailbox(guards: guards))
        self.store = store
        self.heartbeats = heartbeats
        self.delegate = delegate
    }

    /// Probes on the calling thread until `stop` is called.
    package func run() throws(SystemCallError) {
        defer { mailbox.withLock { $0.hasEnded = true } }
        let loop = try ProbeLoop(
            initial.settings, targets: initial.targets,
            guards: mailbox.withLock { $0.guards.take() } ?? GuardKeeper(), store: store, heartbeats: heartbeats,
            delegate: delegate
        ) { self.isStopRequested }
        while true {
            loop.recordProgress()
            switch mailbox.withLock({ $0.takeCommand(isStopping: isStopRequested) }) {
            case .stop: return
            case .recordHeartbeat: break
            case .apply(let new):
                let outcome = Result { () throws(SystemCallError) in
                    try loop.apply(new.settings, targets: new.targets)
                }
                mailbox.withLock { $0.outcome = outcome }
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
        mailbox.withLock { $0.needsHeartbeat = true }
        signal.set()
    }

    /// Applies another configuration. Returns when new targets have been surveyed.
    ///
    /// If it throws, nothing has changed; ECANCELED if the thread ends first.
    package func apply(_ settings: Configuration, targets: [Target]) throws(SystemCallError) {
        mailbox.withLock { $0.configuration = NewConfiguration(settings: settings, targets: targets) }
        signal.set()
        let outcome = mailbox.wait { mailbox in
            mailbox.outcome.take() ?? (mailbox.hasEnded ? .failure(SystemCallError("reload", code: ECANCELED)) : nil)
        }
        try outcome?.get()
    }

    private var isStopRequested: Bool { isStopping.load(ordering: .acquiring) }
}
