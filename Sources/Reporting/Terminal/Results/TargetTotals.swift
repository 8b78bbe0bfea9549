package import SelfConnect

/// How many targets have each verdict, for the terminal.
package enum TargetTotals {
    private struct Kind: Hashable {
        let verdict: Verdict
        let severity: Severity
    }

    /// `200 endpoints: 100 susceptible (critical), 100 susceptible (warning)`, the most dangerous first; nothing for a
    /// single target.
    package static func lines(_ watched: [WatchedTarget]) -> [TerminalLine] {
        guard watched.count > 1 else { return [] }
        let kinds = TargetText.sorted(watched).map(\.finding.assessment).map {
            Kind(verdict: $0.verdict, severity: $0.severity)
        }
        var counts: [(kind: Kind, count: Int)] = []
        for kind in kinds {
            if counts.last?.kind != kind { counts.append((kind, 0)) }
            counts[counts.count - 1].count += 1
        }
        let parts = counts.map { "\($0.count) \($0.kind.verdict.rawValue) (\($0.kind.severity.rawValue))" }
        return [TerminalLine("\(watched.count) endpoints: \(parts.joined(separator: ", "))")]
    }
}
