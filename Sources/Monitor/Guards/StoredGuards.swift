import Linux
import SelfConnect

/// The guards in the daemon's own namespace that outlive the daemon: what the store holds, and what it still has to be sent.
struct StoredGuards {
    private let store: (any GuardStore)?
    /// Guards of the previous run of the daemon that no target has claimed yet.
    private var inherited: [Endpoint: GuardSocket]
    /// Targets whose guard could not be sent to the store; retried after the next survey of the target.
    private var unsent: Set<Target.ID> = []
    /// Endpoints whose guard the store still holds because the request to close it failed; retried in `endPass`. The store
    /// would hold ports that are not to be guarded.
    private var unclosed: Set<Endpoint> = []

    init(_ store: (any GuardStore)?, inheriting inherited: [GuardSocket]) {
        self.store = store
        // Two for one endpoint are possible: one is enough.
        self.inherited = Dictionary(inherited.map { ($0.endpoint, $0) }) { first, _ in first }
    }

    /// The guards of the previous run that no target has claimed yet.
    var unclaimed: [GuardSocket] { Array(inherited.values) }

    /// The guard of the previous run on this endpoint, which the store has; nil if there is none.
    mutating func claim(_ endpoint: Endpoint) -> GuardSocket? { inherited.removeValue(forKey: endpoint) }

    /// Sends the guard of a target to the store.
    mutating func send(_ socket: GuardSocket, of id: Target.ID) {
        guard let store else { return }
        unclosed.remove(socket.endpoint)
        if store.keep(socket) { unsent.remove(id) } else { unsent.insert(id) }
    }

    /// Sends the guard of a target once more if that has failed.
    mutating func resend(_ socket: GuardSocket, of id: Target.ID) {
        if unsent.contains(id) { send(socket, of: id) }
    }

    /// Makes the store close the guard of a target.
    mutating func close(_ socket: GuardSocket, of id: Target.ID) {
        unsent.remove(id)
        close(socket.endpoint)
    }

    /// Makes the store close the guards whose request has failed before, and those of the previous run that no
    /// target has claimed.
    ///
    /// - Returns: the latter.
    mutating func endPass() -> [GuardSocket] {
        for endpoint in unclosed { close(endpoint) }
        let unclaimed = unclaimed
        for socket in unclaimed { close(socket.endpoint) }
        inherited = [:]
        return unclaimed
    }

    private mutating func close(_ endpoint: Endpoint) {
        guard let store else { return }
        if store.drop(endpoint) { unclosed.remove(endpoint) } else { unclosed.insert(endpoint) }
    }
}
