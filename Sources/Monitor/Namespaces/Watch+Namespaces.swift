// Visits to all network namespaces of the host: listeners in their range become targets, as at home.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Of how many listeners of one namespace the owners are looked up.
    private static let ownerLookupLimit = 256

    /// Begins the visits of a pass: names the namespaces that there are, and forgets those that have gone.
    mutating func beginVisits(at now: Duration, _ wall: Timestamp) {
        guard settings.discover.namespaces else {
            if let others = namespaces { forget(Set(others.all.compactMap(\.name)), at: now, wall) }
            namespaces = nil
            return
        }
        if namespaces == nil { namespaces = NamespaceWatch(makeHost(), every: settings.probe.interval) }
        namespaces?.plan.interval = settings.probe.interval
        let gone = namespaces?.begin(watchlist.targets) ?? []
        forget(Set(gone), at: now, wall)
    }

    /// Visits namespaces that this pass has not visited yet; then watches what was found.
    ///
    /// - Returns: whether all have been visited.
    mutating func visitNamespaces(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        guard pass?.areNamespacesVisited == false else { return true }
        let end = Clock.monotonic + PassPlan.slice
        while let name = namespaces?.unvisited.first {
            guard proceed() else { return false }
            namespaces?.unvisited.removeFirst()
            try visit(name, at: now)
            guard plan.isAwaited || Clock.monotonic < end else { return false }
        }
        pass?.areNamespacesVisited = true
        guard namespaces != nil else { return true }
        followListeners(at: now, Clock.wall)
        let due = plan.due(at: now, of: watchlist).filter { $0.namespace != nil }
        let configured = due.filter { $0.source != .discovered }
        pass?.elsewhere =
            (Target.byNamespace(configured) + Target.byNamespace(due.filter { $0.source == .discovered }))[...]
        return true
    }

    private mutating func visit(_ name: String, at now: Duration) throws(SystemCallError) {
        guard let place = namespaces?.places[name], let suspects = namespaces?.suspects(in: name) else { return }
        let mayWalk = namespaces?.plan.admitsWalk(in: name, at: now) ?? false
        let admitsWalk = settings.discover.connections && mayWalk
        let needsFacts = pass?.due.contains(name) ?? true
        let facts = needsFacts ? nil : namespaces?.facts(of: name, at: now)
        let limit = NamespacePlan.listenerLimit(of: settings.discover.limit)
        let start = Clock.threadProcessorTime
        let failures = OwnFailedConnects.total
        defer { findings.ownFailuresElsewhere += OwnFailedConnects.total - failures }
        do throws(SystemCallError) {
            try makeElsewhere()
            elsewhere?.places[name] = place
            let visit = try elsewhere?.visit(name) { survey, arrival throws(SystemCallError) -> NamespaceVisit? in
                guard arrival != .replaced else { return nil }
                let scene = try survey.briefScene(
                    of: suspects, admitsWalk: admitsWalk, facts: arrival == .same ? facts : nil)
                var census = SocketCensus(scene.state.sockets, in: scene.state.kernel.ephemeralRange)
                let omitted = max(0, census.listeners.count - limit)
                census.cut(listeners: limit, connections: NamespacePlan.connectionLimit)
                survey.name(&census.listeners, atMost: Self.ownerLookupLimit)
                survey.name(&census.selfConnections, atMost: NamespacePlan.connectionLimit)
                census.place(in: name)
                return NamespaceVisit(
                    scene: scene, census: census, omittedListeners: omitted, cost: Clock.threadProcessorTime - start)
            }
            guard let visit = visit ?? nil else {
                guards.leave(name)
                forget([name], at: now, Clock.wall)
                namespaces?.replace(name)
                return
            }
            let wall = Clock.wall
            noteSelfConnections(visit.census.selfConnections, known: namespaces?.reports[name]?.census, at: wall)
            namespaces?.record(visit, of: name, at: now, wall)
            guard visit.scene.hasReadFacts else { return }
            pass?.states[name] = visit.scene.state
            noteDrift(to: visit.scene.state.kernel, in: name, at: now, wall)
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            namespaces?.fail(name, because: error)
        }
    }

    private mutating func noteSelfConnections(_ holders: [Holder], known: SocketCensus?, at wall: Timestamp) {
        let inodes = Set(known?.selfConnections.map(\.socket.inode) ?? [])
        let new = holders.filter { !inodes.contains($0.socket.inode) }
        findings.selfConnections.countElsewhere(new.count)
        request(new)
        findings.journal.note(new.map { selfConnectionEvent($0, at: wall) })
    }

    /// Namespaces that have gone take their discovered targets with them.
    private mutating func forget(_ names: Set<String>, at now: Duration, _ wall: Timestamp) {
        guard !names.isEmpty else { return }
        elsewhere?.forget(names)
        findings.drifts.forget(
            names.subtracting(watchlist.targets.lazy.filter { $0.source != .discovered }.compactMap(\.namespace)))
        let targets = watchlist.forget(in: names, at: now)
        release(targets)
        for (namespace, targets) in Target.byNamespace(targets) {
            let text = targets.count == 1 ? "1 target is" : "\(targets.count) targets are"
            var event = Event(
                .namespace, at: wall, severity: .ok,
                "The network namespace \(namespace ?? "") has gone: its \(text) not watched any more.",
                namespace: namespace)
            event.isByLocalUser = true
            findings.journal.note([event])
        }
    }
}
