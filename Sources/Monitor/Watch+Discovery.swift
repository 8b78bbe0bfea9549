// What a pass discovers: listeners and self-connections of the host, and targets that are added and removed with them.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Maximum number of listeners and self-connections whose owners are looked up.
    private static let ownerLookupLimit = 10_000

    mutating func takeCensus(of state: NamespaceState, at wall: Timestamp) {
        let known = Set(findings.census.selfConnections.map(\.socket.inode))
        var census = SocketCensus(state.sockets, in: state.kernel.ephemeralRange)
        survey.name(&census.listeners, atMost: Self.ownerLookupLimit)
        survey.name(&census.selfConnections, atMost: Self.ownerLookupLimit)
        if !settings.discover.connections { census.selfConnections = [] }
        findings.census = census
        journal.note(
            census.selfConnections.filter { !known.contains($0.socket.inode) }.map { selfConnectionEvent($0, at: wall) }
        )
    }

    /// The event of a self-connection that was not there before.
    func selfConnectionEvent(_ holder: Holder, at wall: Timestamp) -> Event {
        let local = holder.socket.local
        let owner =
            holder.command.map { "Process \($0) (uid \(holder.socket.uid))" } ?? "A socket of uid \(holder.socket.uid)"
        let container = holder.container?.text.map { " of the container \($0)" } ?? ""
        let place = holder.namespace.map { " in the network namespace \($0)" } ?? ""
        var event = Event(
            .selfConnection, at: wall, severity: .critical,
            "\(owner)\(container) is connected to itself on \(local)\(place).",
            endpoint: local.unmapped, namespace: holder.namespace)
        let source = watchlist.target(Target.ID(local.unmapped, in: holder.namespace))?.source ?? .discovered
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
        findings.census.listeners + (namespaces?.all.flatMap(\.census.listeners) ?? [])
    }

    /// Follows listeners: targets come and go with them.
    mutating func followListeners(at now: Duration, _ wall: Timestamp) {
        guard settings.discover.listeners else { return }
        let (added, forgotten) = watchlist.follow(listeners, at: now)
        enlist(added, at: now)
        release(forgotten)
        journal.note(
            forgotten.map { target in
                var event = Event(
                    .forgotten, at: wall, severity: .ok,
                    "\(target.id) is not watched any more: its listener has been gone for"
                        + " \(settings.discover.keep.rounded).", target: target.name, endpoint: target.endpoint,
                    namespace: target.namespace)
                event.isByLocalUser = true
                return event
            })
    }

    private mutating func enlist(_ targets: [Target], at now: Duration) {
        plan.insert(targets, at: now)
        for target in targets where target.namespace == nil { loops.insert(target.id, at: now) }
    }

    mutating func release(_ targets: [Target]) {
        plan.remove(targets)
        for target in targets { loops.remove(target.id) }
        if targets.contains(where: { wantsGuard($0) }) { wantGuards() }
    }
}
