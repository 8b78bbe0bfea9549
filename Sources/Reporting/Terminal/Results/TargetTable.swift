package import SelfConnect

/// Targets as a table for the terminal: one line for each, the most dangerous first.
package enum TargetTable {
    /// The head and the lines; none without targets.
    package static func lines(_ watched: [WatchedTarget]) -> [TerminalLine] {
        guard !watched.isEmpty else { return [] }
        let rows = TargetText.sorted(watched).map { watched in
            let assessment = watched.finding.assessment
            return TerminalTable.Row(
                [
                    "\(watched.target.id)", assessment.verdict.rawValue, assessment.severity.rawValue,
                    assessment.holder?.summary ?? "",
                ], severity: assessment.severity)
        }
        return TerminalTable.lines([TerminalTable.Row(["ENDPOINT", "VERDICT", "SEVERITY", "HOLDER"])] + rows)
    }
}
