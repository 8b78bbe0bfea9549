// All reported data of one moment: published by the probe thread and read by all other threads.

/// The daemon's results at one moment.
package struct Snapshot: Sendable {
    /// The kernel facts at the last pass.
    package var kernel: KernelFacts
    /// The targets in their order.
    package var targets: [WatchedTarget]
    /// The probe statistics since the start.
    package var statistics: ProbeStatistics
    /// When the last complete pass ended; later loop probes and sweeps do not count.
    package var at: Timestamp
    /// When this snapshot was published.
    package var published: Timestamp

    /// Listeners in the range, and self-connections.
    package var census: SocketCensus
    /// The changes of the kernel facts since the start.
    package var drift: Drift
    /// The recent events.
    package var events: EventLog
    /// Endpoints that are not watched because there are too many.
    package var unwatched: Unwatched
    /// The map of the last sweep.
    package var map: PortMapState
    /// The network namespaces that are watched as a whole, the daemon's own first.
    package var namespaces: [NamespaceReport] = []
    /// Number of self-connections since the start.
    package var selfConnections = 0
    /// Failed connection attempts of the network namespace.
    package var failedConnects = FailedConnects()
    /// Whether destroy events are followed.
    package var eventStream = EventStream()

    /// The time between two directed probes of a target.
    package var probeInterval: Duration

    /// Memberwise initializer.
    package init(
        kernel: KernelFacts, targets: [WatchedTarget], statistics: ProbeStatistics, at: Timestamp,
        census: SocketCensus = SocketCensus(), drift: Drift? = nil, events: EventLog = EventLog(),
        unwatched: Unwatched = Unwatched(), map: PortMapState = .off,
        probeInterval: Duration = .seconds(30), published: Timestamp? = nil
    ) {
        self.map = map
        self.probeInterval = probeInterval
        self.census = census
        self.drift = drift ?? Drift(kernel)
        self.events = events
        self.unwatched = unwatched
        self.kernel = kernel
        self.targets = targets
        self.statistics = statistics
        self.at = at
        self.published = published ?? at
    }

    /// The targets with the verdict `stolen`.
    package var stolen: [WatchedTarget] { targets.filter { $0.finding.assessment.verdict == .stolen } }

    /// The self-connections that are on no target, or on one whose verdict does not show them yet.
    package var unwatchedSelfConnections: [Holder] {
        guard !census.selfConnections.isEmpty else { return [] }
        let shown = Set(targets.lazy.filter { $0.finding.assessment.verdict == .selfConnected }.map(\.target.id))
        return census.selfConnections.filter {
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
            let kernel = namespace == nil ? kernel : namespaces.first { $0.name == namespace }?.kernel
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
