import SelfConnect

/// The top of the page.
struct PageSummary {
    private let counts: [Severity: Int]
    private let total: Int
    /// Self-connections on ports that are not watched, or whose targets are still to be surveyed.
    private let unwatched: Int

    init(_ source: PageSource) {
        total = source.grades.count
        unwatched = source.snapshot.unwatchedSelfConnections.count
        counts = source.severities
    }

    /// The state in the title.
    var title: String {
        let mostSevere = Severity.allCases.reversed().first { counts[$0] != nil } ?? .ok
        guard unwatched == 0 || mostSevere >= .warning else { return selfConnections }
        guard mostSevere > .ok else { return "all well" }
        return "\(counts[mostSevere] ?? 0) \(mostSevere.rawValue)"
    }

    private var selfConnections: String { unwatched == 1 ? "1 self-connection" : "\(unwatched) self-connections" }

    var lead: String {
        unwatched == 0
            ? watched
            : "\(selfConnections) on \(unwatched == 1 ? "a port that is" : "ports that are") not watched. \(watched)"
    }

    private var watched: String {
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

    /// The number of targets of each severity, most severe first, as links to these targets.
    func tiles(_ query: PageQuery, _ link: PageLink) -> String {
        let items = Severity.allCases.reversed().map { severity in
            let count = counts[severity] ?? 0
            let isShown = query.severities == [severity]
            let other = query.changed {
                $0.severities = isShown ? nil : [severity]
                $0.offset = 0
            }
            let current = isShown ? " aria-current=\"true\"" : ""
            return """
                <li class="\(count == 0 ? "none" : severity.rawValue)"><a href="\(link.page(other))"\(current)>\
                <b>\(count)</b> \(severity.rawValue)</a></li>
                """
        }
        return "<ul class=\"tiles\">\(items.joined())</ul>"
    }
}
