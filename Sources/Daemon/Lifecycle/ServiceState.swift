import Configuration
import Linux
import SelfConnect
import Synchronization

/// What is in force: the file, the listeners, and how the last reload went. A reload writes it; HTTP and the status line
/// read it.
final class ServiceState: Sendable {
    private struct State {
        var facts: ServiceFacts
        var openings: [BoundListener]
        var revision = 0
    }

    private let state: Mutex<State>

    /// After the start.
    init(path: String?, _ openings: [BoundListener], at now: Timestamp) {
        let facts = ServiceFacts(
            started: now, configurationPath: path, lastReload: now, listeners: Self.facts(of: openings))
        state = Mutex(State(facts: facts, openings: openings))
    }

    /// What is reported.
    var facts: ServiceFacts { state.withLock { $0.facts } }

    /// A number that each change raises.
    var revision: Int { state.withLock { $0.revision } }

    /// What is listened on.
    var openings: [BoundListener] { state.withLock { $0.openings } }

    /// A reload went well.
    func apply(path: String?, _ openings: [BoundListener], at now: Timestamp) {
        state.withLock { state in
            state.openings = openings
            state.facts.listeners = Self.facts(of: openings)
            state.facts.configurationPath = path
            state.facts.lastReload = now
            state.facts.lastSuccess = now
            state.facts.reloadFault = nil
            state.revision += 1
        }
    }

    /// A reload failed, and all is as it was.
    func fail(_ fault: String, at now: Timestamp) {
        state.withLock { state in
            state.facts.lastReload = now
            state.facts.reloadFault = fault
            state.revision += 1
        }
    }

    private static func facts(of openings: [BoundListener]) -> [ServiceFacts.Listener] {
        openings.flatMap(\.listeners).map { ServiceFacts.Listener($0.place) }
    }
}
