package import SelfConnect

/// The data of the status endpoint. Called on the HTTP thread for each request, and on the one that renders
/// large documents: must be cheap and must not block.
package protocol StatusProvider: Sendable {
    /// The last snapshot; nil before the first complete pass.
    var snapshot: Snapshot? { get }
    /// The number of the last snapshot; 0 before the first.
    var generation: Int { get }
    /// The facts about the daemon at its start or last reload.
    var service: ServiceFacts { get }
    /// Incremented with each change of `service`.
    var serviceRevision: Int { get }
    /// Number of log messages dropped because the log was not read.
    var droppedLogLines: Int { get }

    /// Why the daemon is not healthy; nil if it is. `now` is a reading of the monotonic clock, as below.
    func fault(at now: Duration) -> String?
    /// What will make it unhealthy if it continues; nil if nothing will.
    func degradation(at now: Duration) -> String?
    /// The age of the oldest verdict of a configured target; nil without one.
    func oldestVerdictAge(at now: Duration) -> Duration?
    /// Records progress of the HTTP thread.
    func recordProgress(at now: Duration)
}

/// Identifies the contents of documents, small enough to compare for each request: documents with equal stamps are
/// equal.
struct DocumentStamp: Equatable {
    /// The number of the snapshot.
    let generation: Int
    /// The revision of the facts about the daemon.
    let service: Int
    /// Why the daemon is not healthy.
    let fault: String?
}

extension StatusProvider {
    /// The current stamp; nil before the first complete pass.
    func stamp(at now: Duration) -> DocumentStamp? {
        let generation = generation
        guard generation > 0 else { return nil }
        return DocumentStamp(generation: generation, service: serviceRevision, fault: fault(at: now))
    }

    /// The current facts about the daemon.
    func serviceFacts(at now: Duration, kernel: KernelFacts) -> ServiceFacts {
        var facts = service
        facts.fault = fault(at: now)
        for index in facts.listeners.indices {
            guard let endpoint = facts.listeners[index].endpoint else { continue }
            facts.listeners[index].isOutsideEphemeralRange = !kernel.mayChoose(endpoint.port)
        }
        return facts
    }
}
