// The protocol of Nagios plug-ins, which is also used by Icinga, Naemon, Sensu and Checkmk (monitoring-plugins.org,
// Development Guidelines): one line that starts with the state, performance data after a bar, lines with more text, and
// the state as exit status.

package import SelfConnect

/// A status result in the format of Nagios.
package enum NagiosReport {
    /// The state, with its exit status.
    package enum State: Int32, CaseIterable, Comparable, Sendable {
        /// No action is needed.
        case ok = 0
        /// A problem may occur.
        case warning = 1
        /// A problem exists, or will occur in normal operation.
        case critical = 2
        /// The request failed.
        case unknown = 3

        /// By exit status.
        package static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }

        var word: String {
            switch self {
            case .ok: "OK"
            case .warning: "WARNING"
            case .critical: "CRITICAL"
            case .unknown: "UNKNOWN"
            }
        }
    }

    /// Maximum number of targets listed: with the maximum length of each, the line is shorter than 1,024 octets in
    /// plain ASCII, the limit of older NRPE.
    private static let named = 5
    private static let nameLimit = 40
    private static let messageLimit = 400
    /// A command that is cut would be another command: a longer one is left out.
    private static let stepLimit = 200

    /// The lines and the exit status.
    package static func report(_ finding: StatusResult) -> PluginReport {
        switch finding {
        case .facts(let facts):
            let list = urgent(facts)
            let headline = facts.headline(besides: [.latent, .inconclusive])
            let targets = list.text(named) { "\(place($0)) (\($0.verdict.rawValue))" }
            let text = ([headline + targets] + others(facts)).joined(separator: "; ")
            return report(state(of: facts), "\(text) | \(performanceData(facts))", list.targets.compactMap(step))
        case .unknown(let reason):
            return report(.unknown, PluginText.short(reason, messageLimit))
        }
    }

    /// The state of a target's severity. An inconclusive target is a warning, as elsewhere: `unknown` means that the
    /// request failed.
    package static func state(of severity: Severity) -> State {
        switch severity {
        case .critical: .critical
        case .warning: .warning
        case .notice, .ok: .ok
        }
    }

    private static func state(of facts: StatusFacts) -> State {
        let mostSevere = facts.severities.filter { $0.value > 0 }.map { state(of: $0.key) }.max() ?? .ok
        return others(facts).isEmpty ? mostSevere : max(mostSevere, .warning)
    }

    private static func report(_ state: State, _ text: String, _ details: [String] = []) -> PluginReport {
        PluginReport(line: "SELFCONNECT \(state.word) - \(text)", details: details, status: state.rawValue)
    }

    /// The targets that are a warning or critical.
    private static func urgent(_ facts: StatusFacts) -> TargetNames {
        let total = facts.severities.reduce(0) { state(of: $1.key) > .ok ? $0 + $1.value : $0 }
        let targets = facts.mostSevere.filter { state(of: $0.severity) > .ok }.prefix(named)
        return TargetNames(targets: Array(targets), total: total)
    }

    private static func place(_ target: StatusFacts.Target) -> String {
        let namespace = target.namespace.map { " in \(PluginText.short($0, nameLimit))" } ?? ""
        return "\(PluginText.short(target.endpoint, 64))\(namespace) \(PluginText.short(target.name, nameLimit))"
    }

    /// What frees the target's port now; nil if there is nothing to do, or if it cannot be shown as it is.
    private static func step(_ target: StatusFacts.Target) -> String? {
        guard let step = target.firstStep, step.utf8.count <= stepLimit, PluginText.plain(step) == step else {
            return nil
        }
        return "\(place(target)): \(step)"
    }

    /// What is wrong besides the targets: self-connections elsewhere, and the daemon itself.
    private static func others(_ facts: StatusFacts) -> [String] {
        var troubles = [facts.unwatchedText].compactMap(\.self)
        if !facts.isHealthy { troubles.append("the daemon is not healthy" + reason(facts.fault)) }
        if !facts.lastReloadSuccessful { troubles.append("the last reload failed" + reason(facts.reloadFault)) }
        return troubles
    }

    private static func reason(_ fault: String?) -> String {
        fault.map { ": \(PluginText.short($0, 120))" } ?? ""
    }

    /// Always the same values, so that graphs have no gaps: `'label'=value;warn;crit;min;max`, without thresholds.
    private static func performanceData(_ facts: StatusFacts) -> String {
        let verdicts: [(String, Verdict)] = [
            ("self_connected", .selfConnected), ("stolen", .stolen), ("susceptible", .susceptible), ("latent", .latent),
            ("inconclusive", .inconclusive),
        ]
        let numbers = [("exposed", facts.exposedCount)] + verdicts.map { ($0, facts.count($1)) }
        let ofTargets = numbers.map { "\($0)=\($1);;;0;\(facts.total)" }
        return (ofTargets + ["unwatched_self_connections=\(facts.unwatchedSelfConnections);;;0;"]).joined(
            separator: " ")
    }
}
