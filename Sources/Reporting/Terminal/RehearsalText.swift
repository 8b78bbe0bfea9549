// A rehearsal as a table for the terminal.

package import SelfConnect

/// Renders rehearsals.
package enum RehearsalText {
    /// What was tested, the results and the conclusion, with a trailing line feed.
    package static func text(_ rehearsal: Rehearsal) -> String {
        let advice = rehearsal.advice
        let place = advice.namespace.map { "the network namespace \($0.printable)" } ?? "this host"
        guard let kernel = advice.remedy?.kernel else { return "Not rehearsed: \(place) could not be looked into.\n" }
        let unknown = rehearsal.unknownCount
        let doubt = unknown > 0 ? "\(unknown) of its targets could not be looked into.\n" : ""
        guard !rehearsal.trials.isEmpty else {
            return "Nothing to rehearse: no port of \(place) is to be reserved.\n" + doubt
        }
        var lines = [
            "In a private network namespace with the ephemeral range \(kernel.ephemeralRange) and the reserved ports of"
                + " \(place); nothing was changed there."
        ]
        if !rehearsal.addedAddresses.isEmpty {
            let addresses = rehearsal.addedAddresses.map { "\($0)" }.joined(separator: ", ")
            lines.append("Added to its loopback interface, so that they behave as own addresses: \(addresses)")
        }
        lines += table(rehearsal.trials)
        lines.append("Reserved for it: \(advice.additions)")
        lines.append(conclusion(rehearsal))
        return lines.map(\.printable).joined(separator: "\n") + "\n" + doubt
    }

    private static func table(_ trials: [Rehearsal.Trial]) -> [String] {
        let rows =
            [["TARGET", "NAME", "BEFORE", "AFTER", ""]]
            + trials.map { trial in
                [
                    "\(trial.target.endpoint)", trial.target.name.printable, cell(trial.before),
                    cell(trial.after), word(trial.outcome),
                ]
            }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// `susceptible: connect self-connected, bind self-connected`.
    private static func cell(_ finding: Finding) -> String {
        let probes = finding.target.clients.sorted().compactMap { kind in
            finding.evidence.directed[kind].map { "\(kind.rawValue) \($0.outcome.rawValue)" }
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
