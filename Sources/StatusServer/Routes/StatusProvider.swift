package import SelfConnect

/// What the status endpoint reports. Called on the HTTP thread, with each request: cheap, and never blocking.
package protocol StatusProvider: Sendable {
    /// The last snapshot; nil before the first complete pass.
    var snapshot: Snapshot? { get }
    /// The number of the last snapshot; 0 before the first.
    var generation: Int { get }
    /// The daemon's own facts, as of its start or last reload.
    var service: ServiceFacts { get }
    /// A number that each change of `service` raises.
    var serviceRevision: Int { get }
    /// Log messages that were dropped because the log was not read.
    var droppedLogLines: Int { get }

    /// Why the daemon is not healthy; nil if it is. `now` is a reading of the monotonic clock, as below.
    func fault(at now: Duration) -> String?
    /// What will make it unhealthy if it continues; nil if nothing does.
    func degradation(at now: Duration) -> String?
    /// The age of the oldest verdict of a configured target; nil without one.
    func oldestVerdictAge(at now: Duration) -> Duration?
    /// The HTTP thread has made progress.
    func beat(at now: Duration)
}

/// What a document depends on, so small that every request can compare it: two documents of one stamp are equal.
struct DocumentStamp: Equatable {
    /// Of the snapshot.
    let generation: Int
    /// Of the daemon's own facts.
    let service: Int
    /// Why the daemon is not healthy.
    let fault: String?
}

extension StatusProvider {
    /// What documents are made of at this moment; nil before the first complete pass.
    func stamp(at now: Duration) -> DocumentStamp? {
        let generation = generation
        guard generation > 0 else { return nil }
        return DocumentStamp(generation: generation, service: serviceRevision, fault: fault(at: now))
    }

    /// What is reported of the daemon at this moment.
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
