/// How old the results of a snapshot are, and how often they are renewed.
package struct SnapshotTimes: Hashable, Sendable {
    /// When the last complete pass ended; later loop probes and sweeps do not count.
    package var lastPass: Timestamp
    /// When the snapshot was published.
    package var published: Timestamp
    /// The time between two directed probes of a target.
    package var probeInterval: Duration

    /// By default the snapshot was published when the pass ended.
    package init(lastPass: Timestamp, published: Timestamp? = nil, probeInterval: Duration = .seconds(30)) {
        self.lastPass = lastPass
        self.published = published ?? lastPass
        self.probeInterval = probeInterval
    }
}
