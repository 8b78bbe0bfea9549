/// What was counted since the start.
package struct SnapshotCounters: Hashable, Sendable {
    /// Probes, passes and changes.
    package var probes: ProbeStatistics
    /// Self-connections of the host, each counted once.
    package var selfConnections: Int
    /// Failed connection attempts of the network namespace.
    package var failedConnects: FailedConnects

    /// By default nothing was counted yet.
    package init(
        probes: ProbeStatistics = ProbeStatistics(), selfConnections: Int = 0,
        failedConnects: FailedConnects = FailedConnects()
    ) {
        self.probes = probes
        self.selfConnections = selfConnections
        self.failedConnects = failedConnects
    }
}
