import SelfConnect

/// Targets that a plug-in names: the first few of a list, most severe first, of which the daemon reports no more.
struct TargetNames {
    let targets: [StatusFacts.Target]
    /// The number of all targets of the list.
    let total: Int

    /// The first `count` targets, and how many more there are: `: A, B and 9,995 more`; empty if there are none.
    func text(_ count: Int, _ text: (StatusFacts.Target) -> String) -> String {
        guard !targets.isEmpty, count > 0 else { return "" }
        let rest = total - min(count, targets.count)
        let more = rest > 0 ? " and \(PluginText.number(rest)) more" : ""
        return ": " + targets.prefix(count).map(text).joined(separator: ", ") + more
    }
}

extension StatusFacts {
    /// `1 self-connection on a port that is not watched`; nil without any.
    var unwatchedText: String? {
        let count = unwatchedSelfConnections
        guard count > 0 else { return nil }
        return count == 1
            ? "1 self-connection on a port that is not watched"
            : "\(PluginText.number(count)) self-connections on ports that are not watched"
    }

    /// `2 of 12 ports exposed`, and the numbers of these verdicts if they are not zero.
    func headline(besides verdicts: [Verdict]) -> String {
        let ports = total == 1 ? "port" : "ports"
        let others = verdicts.filter { count($0) > 0 }.map { ", \(PluginText.number(count($0))) \($0.rawValue)" }
        guard total > 0 else { return "no ports watched" }
        return "\(PluginText.number(exposedCount)) of \(PluginText.number(total)) \(ports) exposed" + others.joined()
    }
}
