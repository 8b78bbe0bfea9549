// Which guards there are, and which are to be taken and given up. Pure: GuardKeeper has the sockets.

/// The guards of the daemon, target by target.
package struct GuardPlan: Hashable, Sendable {
    /// What to do now.
    package enum Action: Hashable, Sendable {
        /// To bind the guard.
        case take
        /// To close it.
        case release
        /// Nothing.
        case nothing
    }

    /// How many guards there can be: each is a descriptor, which the service manager has as well
    /// (`FileDescriptorStoreMax=`).
    package static let maximumGuards = 1024
    /// How many guards discovered targets can have: any local process can listen on any number of ports.
    package static let maximumDiscovered = 256
    /// How many guards the discovered targets of one other network namespace can have.
    package static let maximumDiscoveredElsewhere = 64

    private var states: [Target.ID: GuardState] = [:]
    private var held: Set<Target.ID> = []
    /// Held guards of targets that were discovered targets when the guard was taken.
    private var discovered: Set<Target.ID> = []
    private let limit: Int

    /// No guards yet, and never more than `limit`.
    package init(limit: Int = Self.maximumGuards) {
        self.limit = limit
    }

    /// The state of the guard of a target; nil where none is wanted.
    package subscript(id: Target.ID) -> GuardState? { states[id] }

    /// What to do after a survey of a target that is to be guarded.
    package mutating func action(after finding: Finding) -> Action {
        let id = finding.target.id
        let isHeld = held.contains(id)
        switch GuardRule(finding) {
        case .leave(let reason):
            if !isHeld { states[id] = .waiting(reason) }
            return .nothing
        case .refuse(let reason):
            drop(id)
            states[id] = .refused(reason)
            return isHeld ? .release : .nothing
        case .have where isHeld: return .nothing
        case .have:
            guard let reason = shortage(for: finding.target) else { return .take }
            states[id] = .waiting(reason)
            return .nothing
        }
    }

    /// The limit that keeps a guard from being taken, in a sentence fragment; nil if there is room.
    private func shortage(for target: Target) -> String? {
        guard held.count < limit else { return "\(limit) guards are held, which is the limit" }
        guard target.source == .discovered else { return nil }
        guard discovered.count < Self.maximumDiscovered else {
            return "\(Self.maximumDiscovered) discovered ports are guarded, which is the limit"
        }
        guard let namespace = target.namespace,
            discovered.count(where: { $0.namespace == namespace }) >= Self.maximumDiscoveredElsewhere
        else { return nil }
        return
            "\(Self.maximumDiscoveredElsewhere) discovered ports are guarded in this network namespace, which is the limit"
    }

    /// The guard of a target was bound.
    package mutating func recordTaken(_ target: Target, at now: Timestamp) {
        held.insert(target.id)
        if target.source == .discovered { discovered.insert(target.id) }
        states[target.id] = .held(since: now)
    }

    /// The guard of a target could not be bound, for this reason, a sentence fragment.
    package mutating func recordRefused(_ id: Target.ID, because reason: String) { states[id] = .waiting(reason) }

    /// Forgets the guards of all other targets than these.
    ///
    /// - Returns: those that are held.
    package mutating func forgetAll(except ids: Set<Target.ID>) -> [Target.ID] {
        states = states.filter { ids.contains($0.key) }
        return forget { !ids.contains($0) }
    }

    /// Forgets the guards in a network namespace that has gone.
    ///
    /// - Returns: those that are held.
    package mutating func forget(namespace: String) -> [Target.ID] {
        states = states.filter { $0.key.namespace != namespace }
        return forget { $0.namespace == namespace }
    }

    private mutating func forget(where isGone: (Target.ID) -> Bool) -> [Target.ID] {
        let gone = held.filter(isGone)
        for id in gone { drop(id) }
        return Array(gone)
    }

    private mutating func drop(_ id: Target.ID) {
        held.remove(id)
        discovered.remove(id)
    }
}
