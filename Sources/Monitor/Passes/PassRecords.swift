import SelfConnect

/// The results of passes besides the verdicts.
struct PassRecords {
    var statistics = ProbeStatistics()
    var journal = EventJournal()
    var drifts = DriftRecord()
    var census = SocketCensus()
    /// The daemon's own network namespace.
    var home: NamespaceReport?
    /// When the last complete pass ended.
    var lastPass: Timestamp?
    /// Why the last pass could not read everything, if it read something.
    var fault: String?
    var selfConnections = SelfConnectionTally()
    var failedConnects = FailedConnects()
    /// Failed connects of own probes in other namespaces.
    var ownFailuresElsewhere = 0

    /// What was counted since the start.
    var counters: SnapshotCounters {
        SnapshotCounters(probes: statistics, selfConnections: selfConnections.total, failedConnects: failedConnects)
    }
}
