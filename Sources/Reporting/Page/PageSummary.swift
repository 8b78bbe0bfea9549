import SelfConnect

/// The top of the page.
struct PageSummary {
    private let counts: [Severity: Int]
    private let total: Int

    init(_ snapshot: Snapshot) {
        total = snapshot.targets.count
        counts = snapshot.targets.reduce(into: [:]) { $0[$1.finding.assessment.severity, default: 0] += 1 }
    }

    /// The title in a browser tab.
    var title: String {
        let worst = Severity.allCases.reversed().first { counts[$0] != nil }
        guard let worst, worst > .ok else { return "selfconnectd: all well" }
        return "selfconnectd: \(counts[worst] ?? 0) \(worst.rawValue)"
    }

    var lead: String {
        if let critical = counts[.critical] {
            return "\(critical) of \(total) watched ports: self-connection is likely, or the port is already taken."
        }
        if let warnings = counts[.warning] {
            return "Nothing is critical. \(warnings) of \(total) watched ports: needs attention."
        }
        if let notices = counts[.notice] {
            return "\(notices) of \(total) watched ports: exposed only to kinds of client that are not configured."
        }
        return total == 0 ? "No port is watched." : "No watched port can connect to itself."
    }

    /// The number of targets of each severity, most severe first.
    var tiles: String {
        Severity.allCases.reversed().map { severity in
            let count = counts[severity] ?? 0
            let style = count == 0 ? "none" : severity.rawValue
            return "<li class=\"\(style)\"><b>\(count)</b> \(severity.rawValue)</li>"
        }.joined()
    }
}
