import SelfConnect

/// A map in words.
struct MapSummary {
    private let map: PortMap

    init(_ map: PortMap) {
        self.map = map
    }

    /// For a terminal of 80 columns.
    var lines: [String] {
        let range = map.kernel.ephemeralRange
        var lines = [
            "\(map.address), ephemeral range \(range), \(range.count) ports, at \(map.at)", exposed, others,
            PortParity(range).sentence,
        ]
        if let hindrance = map.hindrance { lines.append("Not complete: \(hindrance).") }
        return lines.flatMap { Self.wrapped($0) }
    }

    /// In one line.
    var text: String { lines.joined(separator: " ") }

    /// The range and how many of its ports are exposed.
    var short: String { "\(map.kernel.ephemeralRange), at \(map.at). \(exposed)" }

    /// How many ports are exposed.
    var exposed: String {
        let count = map.countByOutcome[.selfConnected] ?? 0
        let share = percent(map.share(of: .selfConnected))
        return "A client can connect to itself on \(count) of \(map.kernel.ephemeralRange.count) ports (\(share) %)."
    }

    /// What keeps the rest.
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

    private static func wrapped(_ text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let line = lines.last, line.count + word.count < 79 {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(word))
            }
        }
    }

    /// With one decimal; whole only if nothing is left over.
    private func percent(_ share: Double) -> String {
        let tenths = Int(share * 1000)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
