// What both kinds of plug-in say of the targets: how many are exposed, and which are the worst.

import SelfConnect

/// The targets that matter, gravest first.
struct ExposureList {
    /// Targets by severity and then by verdict; among equals in the daemon's order.
    let targets: [StatusFacts.Target]
    /// How many there are of each verdict.
    let counts: [Verdict: Int]
    /// How many there are in all.
    let total: Int

    /// The verdicts that say that clients can be hit now.
    static let exposed = Set(Verdict.exposures)

    /// How many are exposed.
    var exposedCount: Int { counts.reduce(0) { $0 + (Self.exposed.contains($1.key) ? $1.value : 0) } }

    /// Those of all targets that pass.
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

    /// `2 of 12 ports exposed`, and the numbers of these verdicts where there are any.
    func headline(besides verdicts: [Verdict]) -> String {
        let ports = total == 1 ? "port" : "ports"
        let others = verdicts.compactMap { verdict in
            counts[verdict].map { ", \(PluginText.number($0)) \(verdict.rawValue)" }
        }
        guard total > 0 else { return "no ports watched" }
        return "\(PluginText.number(exposedCount)) of \(PluginText.number(total)) \(ports) exposed" + others.joined()
    }

    /// The first so many, and how many more there are: `: A, B and 9,995 more`; empty where there is none.
    func naming(_ count: Int, _ text: (StatusFacts.Target) -> String) -> String {
        guard !targets.isEmpty, count > 0 else { return "" }
        let rest = targets.count - min(count, targets.count)
        let more = rest > 0 ? " and \(PluginText.number(rest)) more" : ""
        return ": " + targets.prefix(count).map(text).joined(separator: ", ") + more
    }
}
