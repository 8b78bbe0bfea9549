// The sockets of the guards. What is to be held GuardPlan decides, after each survey of a target.

package import Linux
package import Probing
package import SelfConnect

/// Takes guards, keeps them and gives them up. On the probe thread only.
package struct GuardKeeper {
    private var plan = GuardPlan()
    private var sockets: [Target.ID: GuardSocket] = [:]
    /// Those of the last run of the daemon that no target has claimed yet.
    private var inherited: [Endpoint: GuardSocket] = [:]
    /// Those that the store has not been handed yet.
    private var unstored: Set<Target.ID> = []
    /// Those that the store has and could not be asked to close yet: it would hold ports that are not to be guarded.
    private var undropped: Set<Endpoint> = []
    private let store: (any GuardStore)?

    /// Guards that go with the process unless there is a store; `inherited` are those that the last run has left there.
    package init(_ store: (any GuardStore)? = nil, inheriting inherited: [GuardSocket] = []) {
        self.store = store
        // Two for one endpoint are possible: one is enough.
        self.inherited = Dictionary(inherited.map { ($0.endpoint, $0) }) { first, _ in first }
    }

    /// What became of the guard of a target; nil where none is wanted.
    package func state(of id: Target.ID) -> GuardState? { plan[id] }

    /// What all guards hold.
    package var own: OwnGuards {
        let all = Array(sockets.values) + Array(inherited.values)
        return OwnGuards(Dictionary(all.map { ($0.inode, $0.endpoint) }) { first, _ in first })
    }

    /// Takes or gives up the guard of a target after a survey; whether what it holds has changed.
    ///
    /// Throws that descriptors or memory have run out.
    package mutating func update(after finding: Finding, at now: Timestamp) throws(SystemCallError) -> Bool {
        let id = finding.target.id
        switch plan.action(after: finding) {
        case .nothing:
            if unstored.contains(id) { hand(id) }
            return false
        case .release:
            release(id)
            return true
        case .take: return try take(id, finding, at: now)
        }
    }

    private mutating func take(
        _ id: Target.ID, _ finding: Finding, at now: Timestamp
    ) throws(SystemCallError) -> Bool {
        let endpoint = Endpoint(id.endpoint.address.destination, id.endpoint.port)
        if let socket = inherited.removeValue(forKey: endpoint) {
            // The store has it.
            sockets[id] = socket
            plan.hasTaken(id, at: now)
            return true
        }
        do throws(SystemCallError) {
            sockets[id] = try GuardSocket(on: endpoint)
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            plan.couldNotTake(id, because: error.isAddressInUse ? finding.guardHindrance : "\(error)")
            return false
        }
        plan.hasTaken(id, at: now)
        hand(id)
        return true
    }

    private mutating func hand(_ id: Target.ID) {
        guard let store, let socket = sockets[id] else { return }
        undropped.remove(socket.endpoint)
        if store.keep(socket) { unstored.remove(id) } else { unstored.insert(id) }
    }

    private mutating func release(_ id: Target.ID) {
        guard let socket = sockets.removeValue(forKey: id) else { return }
        unstored.remove(id)
        drop(socket.endpoint)
    }

    private mutating func drop(_ endpoint: Endpoint) {
        guard let store else { return }
        if store.drop(endpoint) { undropped.remove(endpoint) } else { undropped.insert(endpoint) }
    }

    /// Wants guards for these targets alone from now on.
    mutating func want(_ ids: Set<Target.ID>) {
        for id in plan.want(ids) { release(id) }
    }

    /// All targets were surveyed: gives up what the last run has left and no target has claimed, and asks the store again
    /// where it could not be asked. Returns whether what the guards hold has changed.
    mutating func endPass() -> Bool {
        for endpoint in undropped { drop(endpoint) }
        guard !inherited.isEmpty else { return false }
        for endpoint in inherited.keys { drop(endpoint) }
        inherited = [:]
        return true
    }
}
