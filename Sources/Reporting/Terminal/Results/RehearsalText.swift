// A rehearsal as a table for the terminal.

package import SelfConnect

/// Renders rehearsals.
package enum RehearsalText {
    /// What was tested, the results and the conclusion.
    package static func lines(_ rehearsal: Rehearsal) -> [TerminalLine] {
        let advice = rehearsal.advice
        let place = advice.namespace.map { "the network namespace \($0.printable)" } ?? "this host"
        guard let kernel = advice.remedy?.kernel else {
            return [TerminalLine("Not rehearsed: \(place) could not be looked into.", severity: .warning)]
        }
        let unknown = rehearsal.unknownCount
        let doubts =
            unknown > 0 ? [TerminalLine("\(unknown) of its targets could not be looked into.", severity: .warning)] : []
        guard !rehearsal.trials.isEmpty else {
            return [TerminalLine("Nothing to rehearse: \(nothing(advice, place))")] + doubts
        }
        var lines = [
            TerminalLine(
                "In a private network namespace with the ephemeral range \(kernel.ephemeralRange) and the reserved ports of"
                    + " \(place); nothing was changed there.")
        ]
        if !rehearsal.addedAddresses.isEmpty {
            let addresses = rehearsal.addedAddresses.map { "\($0)" }.joined(separator: ", ")
            lines.append(
                TerminalLine("Added to its loopback interface, so that they behave as own addresses: \(addresses)"))
        }
        lines += table(rehearsal.trials)
        lines.append(TerminalLine("Reserved for it: \(advice.additions)"))
        lines.append(TerminalLine(conclusion(rehearsal), severity: rehearsal.outcome.severity))
        return lines + doubts
    }

    /// Why no port is to be reserved any more.
    private static func nothing(_ advice: Advice, _ place: String) -> String {
        guard let needed = advice.remedy?.needed, !needed.isEmpty else {
            return
                "no port of \(place) is to be reserved: \(EmptyAdvice.reason(advice)). \(EmptyAdvice.action(advice))."
        }
        let ports = needed.count == 1 ? "port \(needed) of \(place) is" : "the ports \(needed) of \(place) are"
        let endpoints = advice.items.map(\.finding).filter(\.needsReserving).map(\.target.endpoint)
        return
            "\(ports) reserved already, so that no client is given \(needed.count == 1 ? "it" : "them"). To prove it:"
            + " \(ProbeCommand.text(of: endpoints, in: advice.namespace))"
    }

    private static func table(_ trials: [Rehearsal.Trial]) -> [TerminalLine] {
        let rows = trials.map { trial in
            TerminalTable.Row(
                [
                    "\(trial.target.endpoint)", trial.target.name, cell(trial.before), cell(trial.after),
                    word(trial.outcome),
                ], severity: trial.outcome.severity)
        }
        return TerminalTable.lines(
            [TerminalTable.Row(["TARGET", "NAME", "BEFORE", "AFTER", ""])] + rows, areVerbatim: true)
    }

    /// `susceptible: connect self-connected, bind self-connected`.
    private static func cell(_ finding: Finding) -> String {
        let probes = finding.target.clients.sorted().compactMap { kind in
            finding.evidence.probes.directed[kind].map { "\(kind.rawValue) \($0.outcome.rawValue)" }
        }
        let verdict = finding.assessment.verdict.rawValue
        return probes.isEmpty ? verdict : "\(verdict): \(probes.joined(separator: ", "))"
    }

    private static func word(_ outcome: Rehearsal.Outcome) -> String {
        switch outcome {
        case .holds: "holds"
        case .fails: "FAILS"
        case .inconclusive: "inconclusive"
        }
    }

    private static func conclusion(_ rehearsal: Rehearsal) -> String {
        let count = rehearsal.trials.count
        let shown = rehearsal.trials.count { $0.outcome == .holds }
        return switch rehearsal.outcome {
        case .holds: "The remedy holds for \(count == 1 ? "the one target" : "all \(count) targets")."
        case .fails: "The remedy FAILS: it holds for \(shown) of \(count) targets."
        case .inconclusive: "Inconclusive: the remedy was shown to hold for \(shown) of \(count) targets."
        }
    }
}

extension Rehearsal.Outcome {
    /// For colours.
    fileprivate var severity: Severity {
        switch self {
        case .holds: .ok
        case .fails: .critical
        case .inconclusive: .warning
        }
    }
}
