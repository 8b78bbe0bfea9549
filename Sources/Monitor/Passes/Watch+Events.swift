// Destroy events between two passes: a port that a server has left makes its targets due, and each self-connection is
// counted.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Maximum time per step for confirming self-connections.
    private static let confirmationLimit = Duration.milliseconds(100)

    /// Handles the queued events, and those that wait for a confirmation.
    mutating func takeEvents(at now: Duration) {
        let start = Clock.threadProcessorTime
        let reading = events.read(at: now)
        guard reading != nil || events.admitsConfirmation(at: now) else { return }
        defer { events.spend(Clock.threadProcessorTime - start, at: now) }
        var ports = leftPorts(by: reading?.events ?? [], at: now)
        ports.formUnion(confirmEnds(at: now))
        if events.takeLoss() { plan.makeUrgent(watchlist.targets.filter { $0.namespace == nil }, at: now) }
        if !ports.isEmpty {
            plan.makeUrgent(
                watchlist.targets.filter { $0.namespace == nil && ports.contains($0.endpoint.port) }, at: now)
        }
    }

    /// Counts the events that are certainly ends of self-connections, and returns their ports and those of servers.
    private mutating func leftPorts(by events: [DestroyEvent], at now: Duration) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for event in events {
            switch event.meaning {
            case .probe, .other: continue
            case .server: break
            case .selfConnection: recordEnd(event, at: now)
            case .ambiguous where records.selfConnections.hasSeen(event.local): recordEnd(event, at: now)
            case .ambiguous where isKnownToBeRedirected(event): break
            case .ambiguous:
                self.events.keep(event)
                continue
            }
            ports.insert(event.local.port)
        }
        return ports
    }

    /// Whether the last survey has found that connections to this endpoint reach another socket, so that equal names are no sign
    /// of a self-connection.
    private func isKnownToBeRedirected(_ event: DestroyEvent) -> Bool {
        guard let evidence = watchlist[Target.ID(event.local.unmapped)]?.finding.evidence else { return false }
        return evidence.probes.isRedirected
            || evidence.holders.contains { $0.socket.local == event.local && $0.socket.selfConnection == .refuted }
    }

    /// Counts waiting events that turn out to be ends of self-connections, and returns their ports.
    private mutating func confirmEnds(at now: Duration) -> Set<UInt16> {
        guard events.confirmationDue != nil else { return [] }
        let end = Clock.monotonic + Self.confirmationLimit
        let confirmed = events.unconfirmed.confirm(while: { Clock.monotonic < end }) { event in
            try? survey.wasSelfConnection(event)
        }
        for event in confirmed { recordEnd(event, at: now) }
        return Set(confirmed.map(\.local.port))
    }

    private mutating func recordEnd(_ event: DestroyEvent, at now: Duration) {
        let holder = records.selfConnections.end(on: event.local)
        events.publication.request(at: now)
        guard settings.discover.connections else { return }
        var entry = Event(endOf: event, holder: holder, at: Clock.wall)
        let source = watchlist.target(Target.ID(event.local.unmapped))?.source ?? .discovered
        entry.isByLocalUser = source == .discovered
        records.journal.note([entry])
    }

    /// Makes events that no pass has published part of the next snapshot if it is time.
    ///
    /// - Returns: whether to publish it.
    mutating func publishEventsIfDue(at now: Duration) -> Bool {
        guard let due = events.publication.due, now >= due else { return false }
        records.journal.endStep(at: now)
        events.publication.finish(at: now)
        return true
    }
}
