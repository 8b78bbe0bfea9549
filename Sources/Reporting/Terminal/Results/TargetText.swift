package import SelfConnect

/// A target for the terminal.
package enum TargetText {
    /// Targets, the most dangerous first; otherwise in their order.
    package static func lines(_ watched: [WatchedTarget]) -> [TerminalLine] {
        sorted(watched).flatMap { lines($0) }
    }

    /// The order of targets for people.
    static func sorted(_ watched: [WatchedTarget]) -> [WatchedTarget] {
        func rank(_ watched: WatchedTarget) -> (Verdict, Int) {
            let assessment = watched.finding.assessment
            return (assessment.verdict, -assessment.severity.rank)
        }
        return watched.sorted { rank($0) < rank($1) }
    }

    /// The verdict and its evidence.
    package static func lines(_ watched: WatchedTarget) -> [TerminalLine] {
        let assessment = watched.finding.assessment
        let head =
            "\(watched.target.id): \(assessment.verdict.rawValue) (\(assessment.severity.rawValue), "
            + "proof: \(assessment.proof.rawValue))"
        var prose = ["  \(assessment.reason)"]
        if let access = assessment.serverAccess {
            prose.append("  server     \(text(access, assessment.serverBlocker))")
        }
        prose += ClientKind.allCases.compactMap { line($0, watched) }
        if let line = assessment.holder.flatMap(guardLine) { prose.append(line) }
        return [TerminalLine(head, severity: assessment.severity)] + prose.map { TerminalLine($0) }
            + steps(watched).map { TerminalLine($0, isVerbatim: true) }
    }

    /// What is to be done.
    private static func steps(_ watched: WatchedTarget) -> [String] {
        let steps = watched.finding.steps
        let lines = steps.enumerated().map { index, step in
            "  \(step.label(after: index == 0 ? nil : steps[index - 1])): \(step.text(in: watched.target.namespace))"
        }
        return lines + (watched.finding.isToBeReserved ? ["  reserve: \(watched.target.endpoint.port)"] : [])
    }

    /// Whether a guard would be in the way of the server that listens.
    private static func guardLine(_ holder: Holder) -> String? {
        guard holder.state == .listening, let reusesAddress = holder.reusesAddress else { return nil }
        return reusesAddress
            ? "  guard      possible: the server sets SO_REUSEADDR"
            : "  guard      not possible: the server does not set SO_REUSEADDR, and could not bind beside one"
    }

    /// Whether a server could bind now.
    private static func text(_ access: ServerAccess, _ blocker: String?) -> String {
        let place = access.address.isUnspecified ? "\(access.address) (any address)" : "\(access.address)"
        return switch access.answer {
        case .yes: "can bind \(place)"
        case .no: "cannot bind \(place): the port is \(blocker ?? "in use")"
        case .unknown: "may or may not be able to bind \(place)"
        }
    }

    private static func line(_ kind: ClientKind, _ watched: WatchedTarget) -> String? {
        guard let exposure = watched.finding.assessment.exposures[kind] else { return nil }
        let name = kind.rawValue + String(repeating: " ", count: max(0, 10 - kind.rawValue.count))
        let attempts = exposure.expectedAttempts.map { ", about \(Int($0.rounded())) attempts" } ?? ""
        let probe = watched.finding.evidence.probes.directed[kind].map { " [\($0.outcome.rawValue)]" } ?? ""
        return "  \(name) \(exposure.level.rawValue)\(attempts)\(probe)"
    }
}

extension RemedyStep {
    /// How it relates to the step before, and the right that its command needs.
    fileprivate func label(after previous: RemedyStep?) -> String {
        guard let previous else { return "now\(right)" }
        if case .probeAgain = self { return "then" }
        let isAlternative = means == .time || previous.means == .connection && means == .owner
        return (isAlternative ? "or" : "and") + right
    }

    private enum Means {
        case connection, owner, time
    }

    /// To end the owners of connections, and to wait, are alternatives to closing the connections; other steps belong together.
    private var means: Means {
        switch self {
        case .destroy, .forget: .connection
        case .restart, .end: .owner
        case .wait, .probeAgain: .time
        }
    }

    private var right: String {
        switch self {
        case .restart, .destroy, .forget: " (as root)"
        case .end, .wait, .probeAgain: ""
        }
    }
}
