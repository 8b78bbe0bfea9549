// The sockets of the guards. What is to be held GuardPlan decides, after each survey of a target.
//
// A socket keeps its network namespace alive. So guards in other namespaces than the daemon's own are given up as soon as
// nothing else keeps these, and the store, which outlives the daemon, does not get them.

package import Linux
package import Probing
package import SelfConnect

/// Takes guards, keeps them and gives them up. On the probe thread only.
package struct GuardKeeper {
    private var plan = GuardPlan()
    private var sockets: [Target.ID: GuardSocket] = [:]
    /// What is held in each network namespace, nil for the daemon's own.
    private var held: [String?: OwnGuards] = [:]
    /// The inodes of the others in which there are guards.
    private var inodes: [String: UInt64] = [:]
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
        for socket in self.inherited.values { held[nil, default: OwnGuards()].insert(socket) }
    }

    /// What became of the guard of a target; nil where none is wanted.
    package func state(of id: Target.ID) -> GuardState? { plan[id] }

    /// What all guards in a network namespace hold, nil for the daemon's own.
    package func own(in namespace: String?) -> OwnGuards { held[namespace] ?? OwnGuards() }

    /// Surveys a target in the calling thread's network namespace, and takes or gives up its guard if one is wanted. Then
    /// the target is surveyed once more, so that the verdict is that of the port as it is now.
    ///
    /// - Throws: that descriptors or memory have run out.
    package mutating func look(
        at target: Target, in state: NamespaceState, with survey: inout Survey, isWanted: Bool,
        loop: Observation? = nil, known: Evidence? = nil
    ) throws(SystemCallError) -> Finding {
        survey.guards = own(in: target.namespace)
        let finding = try survey.survey(target, in: state, loop: loop, known: known)
        guard isWanted, try update(after: finding, at: Clock.wall) else { return finding }
        survey.guards = own(in: target.namespace)
        return try survey.survey(target, in: state, loop: loop, known: finding.evidence)
    }

    /// Takes note that a target whose guard is wanted could not be surveyed.
    mutating func wait(after finding: Finding) {
        if finding.evidence.hindrance != nil { _ = plan.action(after: finding) }
    }

    /// Whether what the guard holds has changed.
    private mutating func update(after finding: Finding, at now: Timestamp) throws(SystemCallError) -> Bool {
        let id = finding.target.id
        switch plan.action(after: finding) {
        case .nothing:
            if unstored.contains(id) { hand(id) }
            return false
        case .release:
            release(id)
            return true
        case .take: return try take(finding, at: now)
        }
    }

    private mutating func take(_ finding: Finding, at now: Timestamp) throws(SystemCallError) -> Bool {
        let id = finding.target.id
        let endpoint = Endpoint(id.endpoint.address.destination, id.endpoint.port)
        if id.namespace == nil, let socket = inherited.removeValue(forKey: endpoint) {
            // The store has it.
            sockets[id] = socket
            plan.hasTaken(finding.target, at: now)
            return true
        }
        do throws(SystemCallError) {
            let socket = try GuardSocket(on: endpoint)
            if let namespace = id.namespace { try enter(namespace) }
            sockets[id] = socket
            held[id.namespace, default: OwnGuards()].insert(socket)
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            plan.couldNotTake(id, because: error.isAddressInUse ? finding.guardHindrance : "\(error)")
            return false
        }
        plan.hasTaken(finding.target, at: now)
        hand(id)
        return true
    }

    /// Takes note of the namespace that the calling thread is in. Guards in another one of the same name are given up.
    private mutating func enter(_ namespace: String) throws(SystemCallError) {
        let inode = try NetworkNamespace.currentIdentity().inode
        if let known = inodes[namespace], known != inode { leave(namespace) }
        inodes[namespace] = inode
    }

    private mutating func hand(_ id: Target.ID) {
        guard id.namespace == nil, let store, let socket = sockets[id] else { return }
        undropped.remove(socket.endpoint)
        if store.keep(socket) { unstored.remove(id) } else { unstored.insert(id) }
    }

    private mutating func release(_ id: Target.ID) {
        guard let socket = sockets.removeValue(forKey: id) else { return }
        unstored.remove(id)
        held[id.namespace]?.remove(socket)
        guard let namespace = id.namespace else { return drop(socket.endpoint) }
        if own(in: namespace).isEmpty { (held[namespace], inodes[namespace]) = (nil, nil) }
    }

    private mutating func drop(_ endpoint: Endpoint) {
        guard let store else { return }
        if store.drop(endpoint) { undropped.remove(endpoint) } else { undropped.insert(endpoint) }
    }

    /// Wants guards for these targets alone from now on.
    mutating func want(_ ids: Set<Target.ID>) {
        for id in plan.want(ids) { release(id) }
    }

    /// Gives up the guards in other network namespaces that nothing else keeps.
    ///
    /// - Parameter isThere: whether a name still stands for the namespace with this inode, which no other can have while a
    ///   guard is in it.
    /// - Returns: the names of these namespaces.
    mutating func leave(unless isThere: (String, UInt64) -> Bool) -> [String] {
        let gone = inodes.filter { !isThere($0.key, $0.value) }.map(\.key)
        for namespace in gone { leave(namespace) }
        return gone
    }

    /// Gives up the guards in a network namespace that its name does not stand for any more.
    mutating func leave(_ namespace: String) {
        for id in plan.leave(namespace) { release(id) }
        inodes[namespace] = nil
    }

    /// All targets were surveyed: gives up what the last run has left and no target has claimed, and asks the store again
    /// where it could not be asked.
    mutating func endPass() {
        for endpoint in undropped { drop(endpoint) }
        for (endpoint, socket) in inherited {
            held[nil]?.remove(socket)
            drop(endpoint)
        }
        inherited = [:]
    }
}
