// The protocol of node-problem-detector's custom plugins (its docs/custom_plugin_monitor.md): what is a problem, what is
// none, and what could not be found out; of the line, the first 80 octets by default.

import SelfConnect

/// A finding as node-problem-detector wants it told.
package enum NodeProblemReport {
    /// What the exit status says.
    package enum State: Int32, CaseIterable, Sendable {
        /// No port is exposed.
        case ok = 0
        /// One is.
        case problem = 1
        /// None is known to be, but something could not be found out.
        case unknown = 2
    }

    /// Octets of a line, `max_output_length` where nothing else is said.
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

    /// As `probe` and `scan` have it. What is latent is no problem of the node: nobody is exposed.
    private static func state(of facts: StatusFacts) -> State {
        if facts.targets.contains(where: { ExposureList.exposed.contains($0.verdict) }) { return .problem }
        let isKnown = facts.isHealthy && !facts.targets.contains { $0.verdict == .inconclusive }
        return isKnown ? .ok : .unknown
    }

    private static func text(_ facts: StatusFacts) -> String {
        let exposed = ExposureList(facts.targets) { ExposureList.exposed.contains($0.verdict) }
        let hindered = ExposureList(facts.targets) { $0.verdict == .inconclusive }
        let list = exposed.targets.isEmpty ? hindered : exposed
        let fault = facts.isHealthy ? "" : "the daemon is not healthy"
        guard !list.targets.isEmpty else {
            let reason = facts.fault.map { ": \(PluginText.plain($0))" } ?? ""
            return fault.isEmpty ? list.headline(besides: []) : fault + reason
        }
        let headline = list.headline(besides: exposed.targets.isEmpty ? [.inconclusive] : [])
        return longest(of: headline, list)
    }

    /// With as many targets as fit; with their names if those of one fit, since people know them by these.
    private static func longest(of headline: String, _ list: ExposureList) -> String {
        let texts: [(StatusFacts.Target) -> String] = [
            { "\(PluginText.plain($0.endpoint)) \(PluginText.plain($0.name))" }, { PluginText.plain($0.endpoint) },
        ]
        for text in texts {
            for count in (1...named).reversed() {
                let line = headline + list.naming(count, text)
                if line.utf8.count <= limit { return line }
            }
        }
        return headline
    }
}
