import Linux
import Reporting
import SelfConnect

/// What the answers are made of: read-only for HTTP.
struct StatusSource: Sendable {
    /// The last snapshot.
    let board: Board
    /// Whether the threads move.
    let progress: Progress
    /// What does not change while the daemon runs.
    let service: ServiceFacts

    /// What is reported of the daemon at this moment.
    func serviceFacts(at now: Duration, kernel: KernelFacts) -> ServiceFacts {
        var facts = service
        facts.fault = progress.fault(at: now)
        for index in facts.listeners.indices {
            facts.listeners[index].isOutsideEphemeralRange = !kernel.mayChoose(facts.listeners[index].endpoint.port)
        }
        return facts
    }
}
