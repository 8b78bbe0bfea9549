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
            census.selfConnections.filter { !known.contains($0.socket.inode) }.map { holder in
                let local = holder.socket.local
                let source = watchlist.target(Target.ID(local.unmapped))?.source ?? .discovered
                var event = Event(
                    .selfConnection, at: wall, severity: source.severityLimit,
                    "A socket of uid \(holder.socket.uid) is connected to itself on \(local).",
                    endpoint: local.unmapped)
                event.isByLocalUser = source == .discovered
                return event
            })
    }

    /// Adds and removes targets according to the host's addresses and listeners.
    mutating func followHost(at now: Duration, _ wall: Timestamp) throws(SystemCallError) {
        if !settings.hostWideTargets.isEmpty {
            let addresses = try HostAddresses.current()
            let (added, forgotten) = watchlist.follow(settings.hostWideTargets, on: addresses)
            enlist(added, at: now)
            release(forgotten)
        }
        guard settings.discover.listeners else { return }
        let (added, forgotten) = watchlist.follow(findings.census.listeners, at: now)
        enlist(added, at: now)
        release(forgotten)
        journal.note(
            forgotten.map { target in
                var event = Event(
                    .forgotten, at: wall, severity: .ok,
                    "\(target.endpoint) is not watched any more: its listener has gone.", target: target.name,
                    endpoint: target.endpoint)
                event.isByLocalUser = true
                return event
            })
    }

    private mutating func enlist(_ targets: [Target], at now: Duration) {
        plan.insert(targets, at: now)
        for target in targets { loops.insert(target.id, at: now) }
    }

    mutating func release(_ targets: [Target]) {
        plan.remove(targets)
        for target in targets { loops.remove(target.id) }
        if targets.contains(where: { wantsGuard($0) }) { wantGuards() }
    }
}
