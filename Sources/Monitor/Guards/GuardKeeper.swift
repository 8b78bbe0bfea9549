// The sockets of the guards. GuardPlan decides after each survey of a target whether its port is to be guarded.
//
// A socket keeps its network namespace alive. So guards in other namespaces than the daemon's own are closed as soon as
// nothing else keeps these namespaces, and they are not sent to the store, which outlives the daemon.

package import Linux
package import Probing
package import SelfConnect

/// Takes guards, holds them and releases them. On the probe thread only.
package struct GuardKeeper {
    /// The guards in one network namespace.
    private struct NamespaceGuards {
        var own = OwnGuards()
        /// The inode of the namespace; nil for the daemon's own.
        var inode: UInt64?
    }

    private var plan = GuardPlan()
    private var sockets: [Target.ID: GuardSocket] = [:]
    /// By the name of the namespace, nil for the daemon's own; here together with the guards that no target has claimed yet.
    private var namespaces: [String?: NamespaceGuards] = [:]
    private var stored: StoredGuards

    /// Guards that end with the process unless there is a store; `inherited` are those that the previous run has left there.
    package init(_ store: (any GuardStore)? = nil, inheriting inherited: [GuardSocket] = []) {
        stored = StoredGuards(store, inheriting: inherited)
        for socket in stored.unclaimed { namespaces[nil, default: NamespaceGuards()].own.insert(socket) }
    }

    /// The state of the guard of a target; nil where none is wanted.
    package func state(of id: Target.ID) -> GuardState? { plan[id] }

    /// All guards in a network namespace, nil for the daemon's own.
    package func own(in namespace: String?) -> OwnGuards { namespaces[namespace]?.own ?? OwnGuards() }

    /// Surveys a target in the calling thread's network namespace, and takes or releases its guard if one is wanted. Then
    /// the target is surveyed once more, so that the verdict is that of the port as it is now.
    ///
    /// - Throws: that descriptors or memory have run out.
    package mutating func surveyAndGuard(
        _ target: Target, in state: NamespaceState, with survey: inout Survey, isWanted: Bool,
        loop: Observation? = nil, known: Evidence? = nil
    ) throws(SystemCallError) -> Finding {
        survey.guards = own(in: target.namespace)
        let finding = try survey.survey(target, in: state, loop: loop, known: known)
        guard isWanted, try update(after: finding, at: Clock.wall) else { return finding }
        survey.guards = own(in: target.namespace)
        return try survey.survey(target, in: state, loop: loop, known: finding.evidence)
    }

    /// Records why a target whose guard is wanted could not be surveyed, if so: its guard has to wait.
    mutating func recordHindrance(_ finding: Finding) {
        if finding.evidence.hindrance != nil { _ = plan.action(after: finding) }
    }

    /// Does what the plan decides after a survey; returns whether the guard was taken or released.
    private mutating func update(after finding: Finding, at now: Timestamp) throws(SystemCallError) -> Bool {
        let id = finding.target.id
        switch plan.action(after: finding) {
        case .nothing:
            if let socket = sockets[id] { stored.resend(socket, of: id) }
            return false
        case .release:
            release(id)
            return true
        case .take: return try take(finding, at: now)
        }
    }

    /// Returns whether the guard was taken.
    private mutating func take(_ finding: Finding, at now: Timestamp) throws(SystemCallError) -> Bool {
        let id = finding.target.id
        let endpoint = Endpoint(id.endpoint.address.destination, id.endpoint.port)
        if id.namespace == nil, let socket = stored.claim(endpoint) {
            sockets[id] = socket
            plan.recordTaken(finding.target, at: now)
            return true
        }
        do throws(SystemCallError) {
            let socket = try GuardSocket(on: endpoint)
            if let namespace = id.namespace { try recordInode(of: namespace) }
            sockets[id] = socket
            namespaces[id.namespace, default: NamespaceGuards()].own.insert(socket)
            plan.recordTaken(finding.target, at: now)
            if id.namespace == nil { stored.send(socket, of: id) }
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            plan.recordRefused(id, because: error.isAddressInUse ? finding.guardHindrance : "\(error)")
            return false
        }
        return true
    }

    /// Records which namespace the calling thread is in. Guards in another one that had the same name are released.
    private mutating func recordInode(of namespace: String) throws(SystemCallError) {
        let inode = try NetworkNamespace.currentIdentity().inode
        if let known = namespaces[namespace]?.inode, known != inode { release(namespace: namespace) }
        namespaces[namespace, default: NamespaceGuards()].inode = inode
    }

    private mutating func release(_ id: Target.ID) {
        guard let socket = sockets.removeValue(forKey: id) else { return }
        namespaces[id.namespace]?.own.remove(socket)
        guard let namespace = id.namespace else { return stored.close(socket, of: id) }
        if own(in: namespace).isEmpty { namespaces[namespace] = nil }
    }

    /// Releases the guards of all other targets than these.
    mutating func releaseAll(except ids: Set<Target.ID>) {
        for id in plan.forgetAll(except: ids) { release(id) }
    }

    /// Releases the guards in other network namespaces that nothing else keeps.
    ///
    /// - Parameter isPresent: whether a name still stands for the namespace with this inode, which no other can have while a
    ///   guard is in it.
    /// - Returns: the names of the namespaces that have gone.
    mutating func releaseGone(unless isPresent: (String, UInt64) -> Bool) -> [String] {
        var gone: [String] = []
        for case (let name?, let guards) in namespaces {
            if let inode = guards.inode, !isPresent(name, inode) { gone.append(name) }
        }
        for namespace in gone { release(namespace: namespace) }
        return gone
    }

    /// Releases the guards in a network namespace that its name does not stand for any more.
    mutating func release(namespace: String) {
        for id in plan.forget(namespace: namespace) { release(id) }
        namespaces[namespace] = nil
    }

    /// After a survey of all targets: closes guards of the previous run that no target has claimed, and retries failed requests
    /// to the store.
    mutating func endPass() {
        for socket in stored.endPass() { namespaces[nil]?.own.remove(socket) }
    }
}
