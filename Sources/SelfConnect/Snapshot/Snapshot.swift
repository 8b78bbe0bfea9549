// All reported data of one moment: published by the probe thread and read by all other threads.

/// The daemon's results at one moment.
package struct Snapshot: Sendable {
    /// The targets in their order.
    package var targets: [WatchedTarget]
    /// The kernel facts, and their changes since the start.
    package var drift: Drift
    /// What was counted since the start.
    package var counters: SnapshotCounters
    /// When it was made.
    package var times: SnapshotTimes
    /// What was found on the host besides.
    package var host: HostReport
    /// Whether destroy events are followed.
    package var eventStream: EventStream
    /// The recent events.
    package var events: EventLog
    /// The map of the last sweep.
    package var map: PortMapState

    /// Memberwise initializer.
    package init(
        targets: [WatchedTarget], drift: Drift, counters: SnapshotCounters = SnapshotCounters(), times: SnapshotTimes,
        host: HostReport = HostReport(), eventStream: EventStream = EventStream(), events: EventLog = EventLog(),
        map: PortMapState = .off
    ) {
        self.targets = targets
        self.drift = drift
        self.counters = counters
        self.times = times
        self.host = host
        self.eventStream = eventStream
        self.events = events
        self.map = map
    }

    /// The kernel facts at the last pass.
    package var kernel: KernelFacts { drift.current }

    /// How many things its documents list: targets, namespaces, sockets, and parts of the map.
    package var rowCount: Int {
        let census = host.census
        let sockets = census.listeners.count + census.selfConnections.count + census.unconfirmed.count
        return targets.count + host.namespaces.count + sockets + (map.map?.runs.count ?? 0)
    }

    /// The targets with the verdict `stolen`.
    package var stolen: [WatchedTarget] { targets.filter { $0.finding.assessment.verdict == .stolen } }

    /// The self-connections that are on no target, or on one whose verdict does not show them yet.
    package var unwatchedSelfConnections: [Holder] {
        guard !host.census.selfConnections.isEmpty else { return [] }
        let shown = Set(targets.lazy.filter { $0.finding.assessment.verdict == .selfConnected }.map(\.target.id))
        return host.census.selfConnections.filter {
            !shown.contains(Target.ID($0.socket.local.unmapped, in: $0.namespace))
        }
    }

    /// The verdicts of the targets in each network namespace, nil for the daemon's own, with their numbers.
    package var countByNamespace: [String?: [Verdict: Int]] {
        targets.reduce(into: [:]) { counts, watched in
            counts[watched.target.namespace, default: [:]][watched.finding.assessment.verdict, default: 0] += 1
        }
    }

    /// The permanent remedy of each namespace that targets or self-connections are in.
    package var remedies: LastingRemedies {
        var remedies = LastingRemedies(targets.lazy.map(\.finding))
        let others = unwatchedSelfConnections.prefix(LastingRemedy.selfConnectionLimit)
        for (namespace, holders) in Dictionary(grouping: others, by: \.namespace) {
            let kernel = namespace == nil ? kernel : host.namespaces.first { $0.name == namespace }?.kernel
            remedies.reserve(PortSet(ports: holders.map(\.socket.local.port)), in: namespace, on: kernel)
        }
        return remedies
    }

    /// The number of targets with each verdict; verdicts without targets are omitted.
    package var countByVerdict: [Verdict: Int] {
        targets.reduce(into: [:]) { counts, watched in counts[watched.finding.assessment.verdict, default: 0] += 1 }
    }

    /// The number of targets of each severity; severities without targets are omitted.
    package var countBySeverity: [Severity: Int] {
        targets.reduce(into: [:]) { counts, watched in counts[watched.finding.assessment.severity, default: 0] += 1 }
    }

    /// The targets by severity and then by verdict, most severe first; equal ones in their order.
    package var targetsBySeverity: [WatchedTarget] {
        targets.map(\.finding.assessment.urgency).enumerated()
            .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
            .map { targets[$0.offset] }
    }
}
