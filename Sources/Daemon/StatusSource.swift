import Linux
import Reporting
import SelfConnect

/// What the answers are made of: read-only for HTTP.
struct StatusSource: Sendable {
    /// The last snapshot.
    let board: Board
    /// Whether the threads move.
    let progress: Progress
    /// What is in force.
    let service: CurrentService

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
