/// How much of the targets the metrics show; each contains those before it.
package enum MetricsDetail: String, CaseIterable, Hashable, Sendable {
    /// Aggregates only: the number of samples does not depend on the number of targets.
    case summary
    /// One set of samples for each target.
    case targets
    /// One set for each client kind of each target as well.
    case clients
}

extension MetricsDetail: Comparable {
    /// The least detailed first.
    package static func < (left: MetricsDetail, right: MetricsDetail) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
