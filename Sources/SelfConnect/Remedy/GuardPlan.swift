// Which guards there are, and which are to be taken and given up. Pure: GuardKeeper has the sockets.

/// The guards of the daemon, target by target.
public struct GuardPlan: Hashable, Sendable {
    /// What to do now.
    public enum Action: Hashable, Sendable {
        /// To bind the guard.
        case take
        /// To close it.
        case release
        /// Nothing.
        case nothing
    }

    /// How many guards there can be: each is a descriptor, which the service manager has as well
    /// (`FileDescriptorStoreMax=`).
    public static let maximumGuards = 1024

    private var states: [Target.ID: GuardState] = [:]
    private let limit: Int

    /// No guards yet, and never more than `limit`.
    public init(limit: Int = Self.maximumGuards) {
        self.limit = limit
    }

    /// What became of the guard of a target; nil where none is wanted.
    public subscript(id: Target.ID) -> GuardState? { states[id] }

    private var heldCount: Int { states.values.count { $0.name == .held } }

    /// What to do after a survey of a target that is to be guarded.
    public mutating func action(after finding: Finding) -> Action {
        let id = finding.target.id
        let isHeld = states[id]?.name == .held
        switch GuardRule(finding) {
        case .leave(let reason):
            if !isHeld { states[id] = .waiting(reason) }
            return .nothing
        case .refuse(let reason):
            states[id] = .refused(reason)
            return isHeld ? .release : .nothing
        case .have where isHeld: return .nothing
        case .have where heldCount >= limit:
            states[id] = .waiting("\(limit) guards are held, which is the limit")
            return .nothing
        case .have: return .take
        }
    }

    /// The guard of a target was bound.
    public mutating func hasTaken(_ id: Target.ID, at now: Timestamp) { states[id] = .held(since: now) }

    /// It could not be, for this reason, a sentence fragment.
    public mutating func couldNotTake(_ id: Target.ID, because reason: String) { states[id] = .waiting(reason) }

    /// Wants guards for these targets alone from now on.
    ///
    /// - Returns: those that are held and wanted no more.
    public mutating func want(_ ids: Set<Target.ID>) -> [Target.ID] {
        let gone = states.filter { !ids.contains($0.key) }
        states = states.filter { ids.contains($0.key) }
        return gone.filter { $0.value.name == .held }.map(\.key)
    }
}
