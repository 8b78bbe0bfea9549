// The protocol of Nagios plug-ins, which is also used by Icinga, Naemon, Sensu and Checkmk (monitoring-plugins.org,
// Development Guidelines): one line that starts with the state, performance data after a bar, and the state as exit
// status.

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

    /// The faults of the daemon itself.
    private static func faults(_ facts: StatusFacts) -> [String] {
        var faults: [String] = []
        if !facts.isHealthy { faults.append("the daemon is not healthy" + reason(facts.fault)) }
        if !facts.lastReloadSuccessful { faults.append("the last reload failed" + reason(facts.reloadFault)) }
        return faults
    }

    private static func reason(_ fault: String?) -> String {
        fault.map { ": \(PluginText.short($0, 120))" } ?? ""
    }

    /// Always the same values, so that graphs have no gaps: `'label'=value;warn;crit;min;max`, without thresholds.
    private static func performanceData(_ list: ExposureList) -> String {
        let verdicts: [(String, Verdict)] = [
            ("self_connected", .selfConnected), ("stolen", .stolen), ("susceptible", .susceptible), ("latent", .latent),
            ("inconclusive", .inconclusive),
        ]
        let numbers = [("exposed", list.exposedCount)] + verdicts.map { ($0, list.counts[$1] ?? 0) }
        return numbers.map { "\($0)=\($1);;;0;\(list.total)" }.joined(separator: " ")
    }
}
