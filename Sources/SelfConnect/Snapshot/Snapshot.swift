// All that is reported, at one moment: what the probe thread publishes and everybody else reads.

/// The daemon's whole knowledge at one moment.
package struct Snapshot: Sendable {
    /// The kernel's facts at the last pass.
    package var kernel: KernelFacts
    /// The targets, in their order.
    package var targets: [WatchedTarget]
    /// What the probes did since the start.
    package var statistics: ProbeStatistics
    /// When the last whole pass ended: a loop probe or a sweep that has ended since does not count.
    package var at: Timestamp
    /// When this was published.
    package var published: Timestamp

    /// Who listens in the range and who is connected to himself.
    package var census: SocketCensus
    /// What has become of the kernel's facts since the start.
    package var drift: Drift
    /// What happened.
    package var events: EventLog
    /// Endpoints that are not watched because there are too many.
    package var unwatched: Unwatched
    /// The ports of the range, as the last sweep left them.
    package var map: PortMapState
    /// The network namespaces that are watched as a whole, the daemon's own first.
    package var namespaces: [NamespaceReport]

    /// A moment as given.
    package init(
        kernel: KernelFacts, targets: [WatchedTarget], statistics: ProbeStatistics, at: Timestamp,
        census: SocketCensus = SocketCensus(), drift: Drift? = nil, events: EventLog = EventLog(),
        unwatched: Unwatched = Unwatched(), map: PortMapState = .off, namespaces: [NamespaceReport] = [],
        published: Timestamp? = nil
    ) {
        self.namespaces = namespaces
        self.map = map
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

    /// The targets whose port is the source port of another connection.
    package var stolen: [WatchedTarget] { targets.filter { $0.finding.assessment.verdict == .stolen } }

    /// The verdicts of the targets in each network namespace, nil for the daemon's own, with their numbers.
    package var countByNamespace: [String?: [Verdict: Int]] {
        targets.reduce(into: [:]) { counts, watched in
            counts[watched.target.namespace, default: [:]][watched.finding.assessment.verdict, default: 0] += 1
        }
    }

    /// How many targets have each verdict; verdicts that none has are left out.
    package var countByVerdict: [Verdict: Int] {
        targets.reduce(into: [:]) { counts, watched in counts[watched.finding.assessment.verdict, default: 0] += 1 }
    }
}
