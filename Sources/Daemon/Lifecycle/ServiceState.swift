import Configuration
import Linux
import SelfConnect
import Synchronization

/// The state in force: configuration file, listeners, result of the last reload. Reloads write it; HTTP and the status
/// line read it.
final class ServiceState: Sendable {
    private struct State {
        var facts: ServiceFacts
        var boundListeners: [BoundListener]
        var revision = 0
    }

    private let state: Mutex<State>

    /// The state after the start.
    init(path: String?, _ boundListeners: [BoundListener], at now: Timestamp) {
        let facts = ServiceFacts(
            hostname: SystemName().host, started: now, configurationPath: path, lastReload: now,
            listeners: Self.facts(of: boundListeners))
        state = Mutex(State(facts: facts, boundListeners: boundListeners))
    }

    /// The facts to report.
    var facts: ServiceFacts { state.withLock { $0.facts } }

    /// Incremented with each change.
    var revision: Int { state.withLock { $0.revision } }

    /// The listeners in use.
    var boundListeners: [BoundListener] { state.withLock { $0.boundListeners } }

    /// Records a successful reload.
    func apply(path: String?, _ boundListeners: [BoundListener], at now: Timestamp) {
        state.withLock { state in
            state.boundListeners = boundListeners
            state.facts.listeners = Self.facts(of: boundListeners)
            state.facts.configurationPath = path
            state.facts.lastReload = now
            state.facts.lastSuccess = now
            state.facts.reloadFault = nil
            state.revision += 1
        }
    }

    /// Records a failed reload; nothing else changes.
    func fail(_ fault: String, at now: Timestamp) {
        state.withLock { state in
            state.facts.lastReload = now
            state.facts.reloadFault = fault
            state.revision += 1
        }
    }

    private static func facts(of boundListeners: [BoundListener]) -> [ServiceFacts.Listener] {
        boundListeners.flatMap(\.listeners).map { ServiceFacts.Listener($0.place) }
    }
}
