// The protocol of node-problem-detector's custom plugins (its docs/custom_plugin_monitor.md): problem, no problem, or
// unknown; by default the first 80 octets of the line are used.

import SelfConnect

/// A status result in the format of node-problem-detector.
package enum NodeProblemReport {
    /// The meaning of the exit status.
    package enum State: Int32, CaseIterable, Sendable {
        /// No port is exposed.
        case ok = 0
        /// A port is exposed, or a socket is connected to itself.
        case problem = 1
        /// No port is known to be exposed, but some results are missing.
        case unknown = 2
    }

    /// Octets of a line: the default of `max_output_length`.
    package static let limit = 80

    private static let named = 3

    /// The line and the exit status.
    package static func report(_ finding: StatusResult) -> PluginReport {
        switch finding {
        case .facts(let facts): report(state(of: facts), text(facts))
        case .unknown(let reason): report(.unknown, PluginText.plain(reason))
        }
    }

    private static func report(_ state: State, _ text: String) -> PluginReport {
        PluginReport(line: PluginText.cut(text, octets: limit), status: state.rawValue)
    }

    /// What has to be requested besides the summary: if no target is exposed, the line names inconclusive ones, and latent
    /// ones come before them in the summary.
    package static func missing(in facts: StatusFacts) -> MissingTargets? {
        let wanted = min(named, facts.count(.inconclusive))
        let known = facts.mostSevere.count { $0.verdict == .inconclusive }
        guard facts.exposedCount == 0, known < wanted else { return nil }
        return MissingTargets(verdict: .inconclusive, limit: wanted)
    }

    /// As for `probe` and `scan`. A latent target is not a problem of the node: no client is exposed.
    private static func state(of facts: StatusFacts) -> State {
        if facts.exposedCount > 0 || facts.unwatchedSelfConnections > 0 { return .problem }
        return facts.isHealthy && facts.count(.inconclusive) == 0 ? .ok : .unknown
    }

    private static func text(_ facts: StatusFacts) -> String {
        let isExposed = facts.exposedCount > 0
        if !isExposed, let unwatched = facts.unwatchedText { return unwatched }
        let total = isExposed ? facts.exposedCount : facts.count(.inconclusive)
        guard total > 0 else {
            let reason = facts.fault.map { ": \(PluginText.plain($0))" } ?? ""
            return facts.isHealthy ? facts.headline(besides: []) : "the daemon is not healthy" + reason
        }
        let targets = facts.mostSevere.filter { isExposed ? $0.verdict.isExposure : $0.verdict == .inconclusive }
        return longest(
            of: facts.headline(besides: isExposed ? [] : [.inconclusive]), TargetNames(targets: targets, total: total))
    }

    /// Lists as many targets as fit, with their names if at least one fits with its name.
    private static func longest(of headline: String, _ list: TargetNames) -> String {
        let texts: [(StatusFacts.Target) -> String] = [
            { "\(PluginText.plain($0.endpoint)) \(PluginText.plain($0.name))" }, { PluginText.plain($0.endpoint) },
        ]
        for text in texts {
            for count in (1...named).reversed() {
                let line = headline + list.text(count, text)
                if line.utf8.count <= limit { return line }
            }
        }
        return headline
    }
}
