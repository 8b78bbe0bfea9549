// The protocol of Nagios' plug-ins, which Icinga, Naemon, Sensu and Checkmk speak as well (monitoring-plugins.org,
// Development Guidelines): one line with the state in front, what graphs are made of behind a bar, and the state as exit
// status.

package import SelfConnect

/// A finding as Nagios wants it told.
package enum NagiosReport {
    /// How it stands, with its exit status.
    package enum State: Int32, CaseIterable, Comparable, Sendable {
        /// Nothing to do.
        case ok = 0
        /// Something can go wrong.
        case warning = 1
        /// Something goes wrong now, or will in the ordinary course.
        case critical = 2
        /// The daemon could not be asked.
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

    /// So many targets are named: with as many characters as they may have each, the line stays below 1,024 octets in
    /// plain ASCII, which is what older NRPE passes on.
    private static let named = 5
    private static let nameLimit = 40
    private static let messageLimit = 400

    /// The line and the exit status.
    package static func report(_ finding: StatusResult) -> PluginReport {
        switch finding {
        case .facts(let facts):
            let list = ExposureList(facts.targets) { state(of: $0.severity) > .ok }
            let text = ([targets(list)] + faults(facts)).joined(separator: "; ")
            return report(state(of: facts), "\(text) | \(performanceData(list))")
        case .unknown(let reason):
            return report(.unknown, PluginText.short(reason, messageLimit))
        }
    }

    /// The state that a target's severity makes. An inconclusive target is a warning, as everywhere: `unknown` would say
    /// that the daemon could not be asked.
    package static func state(of severity: Severity) -> State {
        switch severity {
        case .critical: .critical
        case .warning: .warning
        case .notice, .ok: .ok
        }
    }

    private static func state(of facts: StatusFacts) -> State {
        let worst = facts.targets.map { state(of: $0.severity) }.max() ?? .ok
        return faults(facts).isEmpty ? worst : max(worst, .warning)
    }

    private static func report(_ state: State, _ text: String) -> PluginReport {
        PluginReport(line: "SELFCONNECT \(state.word) - \(text)", status: state.rawValue)
    }

    private static func targets(_ list: ExposureList) -> String {
        list.headline(besides: [.latent, .inconclusive])
            + list.naming(named) { target in
                let namespace = target.namespace.map { " in \(PluginText.short($0, nameLimit))" } ?? ""
                return
                    "\(PluginText.short(target.endpoint, 64))\(namespace) \(PluginText.short(target.name, nameLimit))"
                    + " (\(target.verdict.rawValue))"
            }
    }

    /// What is wrong with the daemon itself.
    private static func faults(_ facts: StatusFacts) -> [String] {
        var faults: [String] = []
        if !facts.isHealthy { faults.append("the daemon is not healthy" + reason(facts.fault)) }
        if !facts.lastReloadSuccessful { faults.append("the last reload failed" + reason(facts.reloadFault)) }
        return faults
    }

    private static func reason(_ fault: String?) -> String {
        fault.map { ": \(PluginText.short($0, 120))" } ?? ""
    }

    /// The same numbers each time, so that graphs have no gaps: `'label'=value;warn;crit;min;max`, without thresholds.
    private static func performanceData(_ list: ExposureList) -> String {
        let verdicts: [(String, Verdict)] = [
            ("self_connected", .selfConnected), ("stolen", .stolen), ("susceptible", .susceptible), ("latent", .latent),
            ("inconclusive", .inconclusive),
        ]
        let numbers = [("exposed", list.exposedCount)] + verdicts.map { ($0, list.counts[$1] ?? 0) }
        return numbers.map { "\($0)=\($1);;;0;\(list.total)" }.joined(separator: " ")
    }
}
