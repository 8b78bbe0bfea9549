// Visits to all network namespaces of the host: listeners in their range become targets, as at home.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Begins the visits of a pass: names the namespaces that there are, and forgets those that have gone.
    mutating func beginVisits(at now: Duration, _ wall: Timestamp) {
        let gone =
            settings.discover.namespaces
            ? namespaces.begin(watchlist.targets, every: settings.probe.interval) : namespaces.stop()
        forget(Set(gone), at: now, wall)
    }

    /// Visits namespaces that this pass has not visited yet, as far as there is time.
    ///
    /// - Returns: whether all have been visited.
    mutating func visitNamespaces(
        _ pass: inout Pass, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Bool {
        let end = Clock.monotonic + PassPlan.slice
        while !namespaces.isVisited {
            guard proceed() else { return false }
            let due = pass.due
            guard let request = namespaces.takeVisit(settings.discover, at: now, needsFacts: due.contains) else {
                break
            }
            try visit(request, &pass, at: now)
            guard plan.isAwaited || Clock.monotonic < end else { return false }
        }
        return true
    }

    private mutating func visit(
        _ request: NamespaceVisitRequest, _ pass: inout Pass, at now: Duration
    ) throws(SystemCallError) {
        let start = Clock.threadProcessorTime
        let failures = OwnFailedConnects.total
        defer { records.ownFailuresElsewhere += OwnFailedConnects.total - failures }
        do throws(SystemCallError) {
            let visit = try elsewhere.use { surveys throws(SystemCallError) -> NamespaceVisit? in
                surveys.places[request.namespace] = request.place
                return try surveys.visit(request.namespace) {
                    survey, arrival throws(SystemCallError) -> NamespaceVisit? in
                    try request.run(&survey, arrival, since: start)
                }
            }
            if let visit {
                record(visit, of: request.namespace, in: &pass, at: now)
            } else {
                replace(request.namespace, at: now)
            }
        } catch {
            guard !error.isResourceExhaustion else { throw error }
            namespaces.fail(request.namespace, because: error)
        }
    }

    private mutating func record(_ visit: NamespaceVisit, of name: String, in pass: inout Pass, at now: Duration) {
        let wall = Clock.wall
        noteSelfConnections(visit.census.selfConnections, known: namespaces.reports[name]?.census, at: wall)
        namespaces.record(visit, of: name, at: now, wall)
        guard visit.brief.hasReadFacts else { return }
        pass.states[name] = visit.brief.state
        noteDrift(to: visit.brief.state.kernel, in: name, at: now, wall)
    }

    /// Another namespace has the name of one that was there.
    private mutating func replace(_ name: String, at now: Duration) {
        guards.release(namespace: name)
        forget([name], at: now, Clock.wall)
        namespaces.replace(name)
    }

    private mutating func noteSelfConnections(_ holders: [Holder], known: SocketCensus?, at wall: Timestamp) {
        let inodes = Set(known?.selfConnections.map(\.socket.inode) ?? [])
        let new = holders.filter { !inodes.contains($0.socket.inode) }
        records.selfConnections.countElsewhere(new.count)
        request(new)
        records.journal.note(new.map { selfConnectionEvent($0, at: wall) })
    }

    /// Namespaces that have gone take their discovered targets with them.
    private mutating func forget(_ names: Set<String>, at now: Duration, _ wall: Timestamp) {
        guard !names.isEmpty else { return }
        elsewhere.forget(names)
        records.drifts.forget(
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
            records.journal.note([event])
        }
    }
}
