import SelfConnect

/// A text summary of a map.
struct MapSummary {
    private let map: PortMap

    init(_ map: PortMap) {
        self.map = map
    }

    /// For a terminal with 80 columns.
    var lines: [String] {
        let range = map.kernel.ephemeralRange
        var lines = [
            "\(map.address), ephemeral range \(range), \(range.count) ports, at \(map.at)", exposed, others,
            PortParity(map.kernel).sentence,
        ]
        if let hindrance, map.isMeasured { lines.append(hindrance) }
        return lines.flatMap { LineBreaks.lines(of: $0, width: 79) }
    }

    /// On one line.
    var text: String { lines.joined(separator: " ") }

    /// The range and the number of exposed ports.
    var short: String {
        let rest = map.isMeasured ? hindrance.map { " " + $0 } ?? "" : ""
        return "\(map.kernel.ephemeralRange), at \(map.at). \(exposed)\(rest)"
    }

    /// The number of exposed ports.
    var exposed: String {
        let total = map.kernel.ephemeralRange.count
        guard let share = map.exposedShare else {
            return "On which of the \(total) ports a client can connect to itself was not measured: \(reason)."
        }
        let count = map.countByOutcome[.selfConnected] ?? 0
        guard map.hindrance == nil else {
            return
                "A client can connect to itself on \(count) of \(total) ports; \(total - map.knownCount) others were not"
                + " measured."
        }
        return "A client can connect to itself on \(count) of \(total) ports (\(share.percent) %)."
    }

    private var hindrance: String? { map.hindrance.map { "Not complete: \($0)." } }

    /// Why nothing was measured. A complete sweep without measurements got no useful result from any port.
    private var reason: String { map.hindrance ?? "no probe of a port came to an end" }

    /// The outcomes of the other ports.
    private var others: String {
        let outcomes = map.countByOutcome
        let rest = PortMap.Outcome.allCases.filter { $0 != .selfConnected }.compactMap { outcome in
            outcomes[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        let holders = map.countByHolder
        let held = Holder.State.allCases.compactMap { state in holders[state].map { "\($0) \(state.rawValue)" } }
        let parts = [("Others: ", rest), ("Holders: ", held)].filter { !$0.1.isEmpty }
        return parts.map { $0.0 + $0.1.joined(separator: ", ") + "." }.joined(separator: " ")
    }
}
