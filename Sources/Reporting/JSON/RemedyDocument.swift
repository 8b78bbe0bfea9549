import SelfConnect

/// `remedy` of a target: what frees the port now, and what lasts.
struct RemedyDocument: Encodable {
    var now: [String]?
    var reserve: String?
    var lasting: String?
    var warning: String?

    /// The line is the same for all targets of a namespace. One that is longer is in the summary alone, so that thousands of
    /// targets do not repeat it.
    static let longest = 512

    /// Nil where there is nothing to do.
    init?(_ finding: Finding, _ remedy: LastingRemedy?) {
        let steps = finding.steps.map { $0.text(in: finding.target.namespace) }
        now = steps.isEmpty ? nil : steps
        if finding.isToBeReserved {
            reserve = "\(finding.target.endpoint.port)"
            lasting = remedy?.shownLine.flatMap { $0.utf8.count <= Self.longest ? $0 : nil }
            warning = remedy?.warning
        }
        guard now != nil || reserve != nil else { return nil }
    }
}

/// `remedy` of the summary: that of the daemon's own namespace.
struct SummaryRemedyDocument: Encodable {
    var reserve: String?
    var lasting: String?
    var warning: String?

    /// Nil where no target has to be reserved.
    init?(_ remedy: LastingRemedy?) {
        guard let remedy, !remedy.needed.isEmpty else { return nil }
        reserve = remedy.missing.isEmpty ? nil : "\(remedy.missing)"
        lasting = remedy.shownLine
        warning = remedy.warning
    }
}

/// `guard` of a target.
struct GuardDocument: Encodable {
    var state: String
    var since: String?
    var reason: String?

    init(_ state: GuardState) {
        self.state = state.name.rawValue
        since = state.since.map { "\($0)" }
        reason = state.reason
    }
}
