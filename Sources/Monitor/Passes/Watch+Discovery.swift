// What a pass discovers: listeners and self-connections of the host, and targets that are added and removed with them.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Maximum number of listeners and of self-connections whose owners are looked up; those of other namespaces are reported
    /// up to this number in total.
    static let censusLimit = 10_000

    mutating func takeCensus(of state: NamespaceState, at wall: Timestamp) {
        var census = SocketCensus(state.sockets, in: state.kernel.ephemeralRange)
        survey.name(&census.listeners, atMost: Self.censusLimit)
        survey.name(&census.selfConnections, atMost: Self.censusLimit)
        let new = records.selfConnections.update(census.selfConnections)
        request(new)
        if !settings.discover.connections { census.selfConnections = [] }
        records.census = census
        guard settings.discover.connections else { return }
        records.journal.note(
            new.map { selfConnectionEvent($0, at: wall) })
    }

    /// A new self-connection does not wait for the turn of the targets on its port: the pass that has seen it surveys them.
    mutating func request(_ selfConnections: [Holder]) {
        for (namespace, holders) in Dictionary(grouping: selfConnections, by: \.namespace) {
            let ports = Set(holders.map(\.socket.local.port))
            plan.request(
                watchlist.targets.lazy.filter { $0.namespace == namespace && ports.contains($0.endpoint.port) })
        }
    }

    /// The event of a self-connection that was not there before.
    func selfConnectionEvent(_ holder: Holder, at wall: Timestamp) -> Event {
        let local = holder.socket.local
        let source = watchlist.target(Target.ID(local.unmapped, in: holder.namespace))?.source ?? .discovered
        let owner =
            holder.command.map { "Process \($0) (uid \(holder.socket.uid))" } ?? "A socket of uid \(holder.socket.uid)"
        let container = holder.container?.text.map { " of the container \($0)" } ?? ""
        let place = holder.namespace.map { " in the network namespace \($0)" } ?? ""
        var event = Event(
            .selfConnection, at: wall, severity: source.severityLimit,
            "\(owner)\(container) is connected to itself on \(local)\(place).",
            endpoint: local.unmapped, namespace: holder.namespace)
        event.isByLocalUser = source == .discovered
        return event
    }

    /// Adds and removes targets according to the host's addresses and listeners.
    mutating func followHost(at now: Duration, _ wall: Timestamp) throws(SystemCallError) {
        if !settings.hostWideTargets.isEmpty {
            let addresses = try HostAddresses.current()
            let (added, forgotten) = watchlist.follow(settings.hostWideTargets, on: addresses)
            enlist(added, at: now)
            release(forgotten)
        }
        followListeners(at: now, wall)
    }

    /// The listeners of all network namespaces, as far as they were seen.
    var listeners: [Holder] {
        records.census.listeners + namespaces.all.flatMap(\.census.listeners)
    }

    /// Endpoints that are not watched because there are too many, in any network namespace.
    var unwatched: Unwatched {
        var unwatched = watchlist.unwatched
        unwatched.ofListeners += namespaces.all.reduce(0) { $0 + $1.omittedListeners }
        return unwatched
    }

    /// Follows listeners: targets come and go with them.
    mutating func followListeners(at now: Duration, _ wall: Timestamp) {
        guard settings.discover.listeners else { return }
        let (added, forgotten) = watchlist.follow(listeners, at: now)
        enlist(added, at: now)
        release(forgotten)
        records.journal.note(
            forgotten.map { target in
                var event = Event(
                    .forgotten, at: wall, severity: .ok,
                    "\(target.id) is not watched any more: its listener has gone.", target: target.name,
                    endpoint: target.endpoint, namespace: target.namespace)
                event.isByLocalUser = true
                return event
            })
    }

    /// Follows the events on the ports of the range and of the targets.
    mutating func followEvents(in range: PortRange, at now: Duration) {
        let ports = watchlist.targets.lazy.filter { $0.namespace == nil }.map(\.endpoint.port)
        let others = PortSet(ports: ports.filter { !range.contains($0) })
        events.follow(others.union(PortSet([range])), at: now)
    }

    /// Reads the kernel's counter of failed connects, if there is one.
    mutating func countFailedConnects(at now: Duration) {
        guard let count = try? TCPStatistics.failedAttempts() else { return }
        let own = OwnFailedConnects.total - records.ownFailuresElsewhere
        records.failedConnects.record(kernel: count, own: own, at: now)
    }

    private mutating func enlist(_ targets: [Target], at now: Duration) {
        plan.insert(targets, at: now)
        for target in targets where target.namespace == nil { background.loops.insert(target.id, at: now) }
    }

    mutating func release(_ targets: [Target]) {
        plan.remove(targets)
        records.journal.forget(targets)
        for target in targets { background.loops.remove(target.id) }
        if targets.contains(where: { wantsGuard($0) }) { releaseUnwantedGuards() }
    }
}
