// What the reader of a file that a command has written has to know besides: it goes to stderr, line by line.

package import SelfConnect

/// Writes what advice warns of.
package enum AdviceWarnings {
    /// All warnings.
    package static func lines(_ advices: [Advice]) -> [String] {
        advices.flatMap { advice in
            var lines = harm(advice)
            if advice.remedy != nil, advice.additions.isEmpty, !isEmpty(advice) {
                lines.append("nothing to change: the ports are reserved already")
            }
            if !advice.additions.isEmpty, let remedy = advice.remedy, AdviceText.isLong(remedy) {
                lines.append(length(of: remedy))
            }
            lines = lines.map { $0 + place(advice) } + empty(advice)
            lines += advice.items.filter { !$0.finding.steps.isEmpty }.map { item in
                let verdict = item.finding.assessment.verdict.rawValue
                let steps = item.finding.steps.map { $0.text(in: advice.namespace) }
                return
                    "\(item.finding.target.endpoint)\(place(advice)) is \(verdict): the connection that has the port has to"
                    + " end first: \(steps.joined(separator: "; or "))"
            }
            let unknown = advice.items.count { $0.recommendation == .resurvey }
            if unknown > 0 {
                lines.append("\(unknown) target\(unknown == 1 ? "" : "s")\(place(advice)) could not be surveyed")
            }
            return lines
        }
    }

    /// What speaks against following the advice, line by line.
    package static func harms(_ advices: [Advice]) -> [String] {
        advices.flatMap { advice in harm(advice).map { $0 + place(advice) } }
    }

    /// Why the advice is not to be given, line by line: followed, it would leave clients too few ports. Empty where it is.
    package static func refusals(_ advices: [Advice]) -> [String] {
        let reasons = harms(advices.filter(\.isHarmful))
        let advice = "refused: widen net.ipv4.ip_local_port_range, or move services out of it; --force overrides"
        return reasons.isEmpty ? [] : reasons + [advice]
    }

    static func length(of remedy: LastingRemedy) -> String {
        "the list has \("\(remedy.ports)".utf8.count) octets, more than the kernel takes in one write: sysctl of procps drops"
            + " the rest in silence, systemd-sysctl writes it all"
    }

    /// Where no port has to be reserved: why, and what to do about it, line by line.
    package static func empty(_ advices: [Advice]) -> [String] { advices.flatMap(empty) }

    private static func empty(_ advice: Advice) -> [String] {
        guard isEmpty(advice) else { return [] }
        return ["nothing to reserve\(place(advice)): \(EmptyAdvice.reason(advice))", EmptyAdvice.action(advice)]
    }

    private static func isEmpty(_ advice: Advice) -> Bool { advice.remedy?.needed.isEmpty ?? false }

    /// What to do with a file that was written.
    ///
    /// - Parameter kept: the ports that it had before.
    package static func written(_ path: String, _ advices: [Advice], keeping kept: PortSet) -> String {
        let own = advices.first { $0.namespace == nil }?.remedy
        guard let whole = AdviceText.assigned(advices, keeping: kept), whole.ports != own?.kernel.reservedPorts else {
            return "\(path) written"
        }
        let file = ShellWord.quoted(path)
        let command = AdviceText.isLong(whole) ? "/usr/lib/systemd/systemd-sysctl \(file)" : "sysctl -p \(file)"
        return "\(path) written: apply it with \(command)"
    }

    /// What speaks against following the advice, and against what is reserved already.
    private static func harm(_ advice: Advice) -> [String] {
        let scarcity = advice.scarcity.map { "what is reserved already \($0.sentence)" }
        return [scarcity, advice.remedy?.warning].compactMap(\.self)
    }

    private static func place(_ advice: Advice) -> String {
        advice.namespace.map { " in the network namespace \($0.printable)" } ?? ""
    }
}
