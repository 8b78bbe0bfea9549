// What both kinds of plug-in report about the targets: how many are exposed, and which are the most severe.

import SelfConnect

/// The relevant targets, most severe first.
struct ExposureList {
    /// Targets by severity and then by verdict; equal ones in the daemon's order.
    let targets: [StatusFacts.Target]
    /// The number of targets with each verdict.
    let counts: [Verdict: Int]
    /// The number of all targets.
    let total: Int

    /// The verdicts of exposed targets.
    static let exposed = Set(Verdict.exposures)

    /// The number of exposed targets.
    var exposedCount: Int { counts.reduce(0) { $0 + (Self.exposed.contains($1.key) ? $1.value : 0) } }

    /// Selects the targets that match the condition.
    init(_ all: [StatusFacts.Target], where matters: (StatusFacts.Target) -> Bool) {
        let sorted = all.enumerated().filter { matters($0.element) }.sorted { left, right in
            let (a, b) = (Self.rank(left.element), Self.rank(right.element))
            return a == b ? left.offset < right.offset : a < b
        }
        targets = sorted.map(\.element)
        counts = all.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
        total = all.count
    }

    private static func rank(_ target: StatusFacts.Target) -> (Int, Int) {
        let ranks = Severity.allCases.count
        let severity = ranks - (Severity.allCases.firstIndex(of: target.severity) ?? 0)
        return (severity, Verdict.allCases.firstIndex(of: target.verdict) ?? 0)
    }

    /// `2 of 12 ports exposed`, and the numbers of these verdicts if they are not zero.
    func headline(besides verdicts: [Verdict]) -> String {
        let ports = total == 1 ? "port" : "ports"
        let others = verdicts.compactMap { verdict in
            counts[verdict].map { ", \(PluginText.number($0)) \(verdict.rawValue)" }
        }
        guard total > 0 else { return "no ports watched" }
        return "\(PluginText.number(exposedCount)) of \(PluginText.number(total)) \(ports) exposed" + others.joined()
    }

    /// The first `count` targets, and how many more there are: `: A, B and 9,995 more`; empty if there are none.
    func naming(_ count: Int, _ text: (StatusFacts.Target) -> String) -> String {
        guard !targets.isEmpty, count > 0 else { return "" }
        let rest = targets.count - min(count, targets.count)
        let more = rest > 0 ? " and \(PluginText.number(rest)) more" : ""
        return ": " + targets.prefix(count).map(text).joined(separator: ", ") + more
    }
}
