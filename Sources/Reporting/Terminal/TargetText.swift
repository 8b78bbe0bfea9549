package import SelfConnect

/// A target for the terminal.
package enum TargetText {
    /// The verdict and its evidence: several lines without a trailing line feed.
    package static func text(_ watched: WatchedTarget) -> String {
        let assessment = watched.finding.assessment
        var lines = [
            "\(watched.target.id): \(assessment.verdict.rawValue) (\(assessment.severity.rawValue), "
                + "proof: \(assessment.proof.rawValue))",
            "  \(assessment.reason)",
        ]
        if let access = assessment.serverAccess {
            lines.append("  server     \(text(access, assessment.serverBlocker))")
        }
        lines += ClientKind.allCases.compactMap { line($0, watched) }
        lines += assessment.holder.flatMap { guardLine($0) } ?? []
        for (index, step) in watched.finding.steps.enumerated() {
            lines.append("  \(index == 0 ? "now:" : "or:") \(step.text(in: watched.target.namespace))")
        }
        if watched.finding.isToBeReserved { lines.append("  reserve: \(watched.target.endpoint.port)") }
        return lines.map(\.printable).joined(separator: "\n")
    }

    /// Whether a guard would be in the way of the server that listens.
    private static func guardLine(_ holder: Holder) -> [String]? {
        guard holder.state == .listening, let reusesAddress = holder.reusesAddress else { return nil }
        return [
            reusesAddress
                ? "  guard      possible: the server sets SO_REUSEADDR"
                : "  guard      not possible: the server does not set SO_REUSEADDR, and could not bind beside one"
        ]
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
        let probe = watched.finding.evidence.directed[kind].map { " [\($0.outcome.rawValue)]" } ?? ""
        return "  \(name) \(exposure.level.rawValue)\(attempts)\(probe)"
    }
}
