import Linux
import Reporting
import SelfConnect

/// What the answers are made of: read-only for HTTP.
struct StatusSource: Sendable {
    /// What a document depends on, so small that every request can compare it: two documents of one stamp are equal.
    struct Stamp: Equatable {
        /// Of the snapshot.
        let generation: Int
        /// Of what is in force.
        let service: Int
        /// Why the daemon is not healthy.
        let fault: String?
    }

    /// The last snapshot.
    let board: SnapshotStore
    /// Whether the threads move.
    let progress: Heartbeats
    /// What is in force.
    let service: ServiceState
    /// What was not read of the log; nil where there is none.
    var log: LogSink?

    /// What documents are made of at this moment; nil before the first complete pass.
    func stamp(at now: Duration) -> Stamp? {
        let generation = board.generation
        guard generation > 0 else { return nil }
        return Stamp(generation: generation, service: service.revision, fault: progress.fault(at: now))
    }

    /// What is reported of the daemon at this moment.
    func serviceFacts(at now: Duration, kernel: KernelFacts) -> ServiceFacts {
        var facts = service.facts
        facts.fault = progress.fault(at: now)
        for index in facts.listeners.indices {
            guard let endpoint = facts.listeners[index].endpoint else { continue }
            facts.listeners[index].isOutsideEphemeralRange = !kernel.mayChoose(endpoint.port)
        }
        return facts
    }
}
