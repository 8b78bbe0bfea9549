// The guards of the targets under watch. A guard is taken in the pass that finds its port free, and the target is surveyed
// once more, so that the verdict is that of the guarded port.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Surveys a target in the daemon's own namespace, and takes or releases its guard.
    mutating func surveyAndGuard(_ target: Target, in state: NamespaceState) throws(SystemCallError) -> Finding {
        let known = watchlist[target.id]
        return try guards.surveyAndGuard(
            target, in: state, with: &survey, isWanted: wantsGuard(target), loop: known?.loop,
            known: known?.finding.evidence)
    }

    /// Whether the configuration asks for a guard.
    func wantsGuard(_ target: Target) -> Bool {
        target.isGuarded || target.source == .discovered && settings.discover.isGuarded
    }

    /// Releases guards in network namespaces that have gone, and makes this pass survey their targets.
    mutating func releaseGuardsOfGoneNamespaces() {
        let places = namespaces.places
        let gone = guards.releaseGone { namespace, inode in
            if let place = places[namespace] { return place.inode == inode }
            return (try? NetworkNamespace.inode(of: NamespaceName.path(of: namespace))) == inode
        }
        guard !gone.isEmpty else { return }
        plan.request(watchlist.targets.filter { $0.namespace.map(gone.contains) ?? false })
    }

    /// After a survey was recorded: what became of the guard is noted, and is an event if it is something else than before.
    mutating func noteGuard(of target: Target) {
        let state = wantsGuard(target) ? guards.state(of: target.id) : nil
        let last = watchlist[target.id]?.guardState
        watchlist.record(guard: state, of: target.id)
        guard last?.name != state?.name else { return }
        var event = Event(
            .guard, at: Clock.wall, severity: state?.name == .refused ? .notice : .ok,
            "\(Self.sentence(state, target)).", target: target.name, endpoint: target.endpoint,
            namespace: target.namespace)
        event.isByLocalUser = target.source == .discovered
        records.journal.note([event])
    }

    private static func sentence(_ state: GuardState?, _ target: Target) -> String {
        switch state {
        case .held: "\(target.endpoint) is guarded"
        case .waiting(let reason): "The guard of \(target.endpoint) is waiting: \(reason)"
        case .refused(let reason): "\(target.endpoint) is not guarded: \(reason)"
        case nil: "\(target.endpoint) is not guarded any more: the configuration does not ask for it"
        }
    }

    /// Releases the guards of targets that are not watched any more, or not to be guarded.
    mutating func releaseUnwantedGuards() {
        let wanted = watchlist.targets.filter { wantsGuard($0) }
        guards.releaseAll(except: Set(wanted.map(\.id)))
    }
}
