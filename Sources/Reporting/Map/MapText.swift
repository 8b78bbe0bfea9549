// The map for a terminal with 80 columns: a summary, a picture with one character per group of ports, and the runs.

package import SelfConnect

/// A map for the terminal.
package enum MapText {
    /// Maximum number of runs listed.
    private static let listed = 48
    private static let columns = 50
    private static let group = 10

    /// The whole text, with a trailing line feed.
    package static func text(_ map: PortMap) -> String {
        let grid = MapGrid(map, columns: columns)
        let parts = [MapSummary(map).lines, picture(grid), legend(grid), table(map)]
        return parts.map { $0.map(\.printable).joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private static func picture(_ grid: MapGrid) -> [String] {
        grid.rows.indices.map { row in
            let groups = stride(from: 0, to: columns, by: group).map { start in
                String(grid.rows[row][start..<start + group].map { $0.map(character) ?? " " })
            }
            let line = "\(grid.firstPort(ofRow: row))".padded(to: 7, right: true) + "  " + groups.joined(separator: " ")
            return line.trimmingEnd
        }
    }

    /// A cell with both reserved and exposed ports has its own character.
    private static func character(_ cell: MapGrid.Cell) -> Character {
        cell.mark == .reserved && cell.counts.count > 1 ? "+" : cell.mark.character
    }

    private static func legend(_ grid: MapGrid) -> [String] {
        let size = grid.portsPerCell
        let head =
            size == 1
            ? "One character for each port:"
            : "One character for \(size) ports shows the first of these that is among them:"
        var lines = [head]
        let hasMixed = grid.rows.joined().contains { $0.map(character) == "+" }
        for mark in PortCategory.allCases {
            guard let count = grid.counts[mark] else { continue }
            let sign = mark == .reserved && hasMixed ? "# +" : "\(mark.character)"
            let note = mark == .reserved && hasMixed ? " (+ some of them)" : ""
            lines.append("  \(sign.padded(to: 3))  \(mark.label)\(note): \(count)")
        }
        return lines
    }

    /// Ignores TIME_WAIT on ports that clients can still get: busy hosts have thousands of them.
    private static func lasting(_ runs: [PortMap.Run]) -> [(ports: PortRange, entry: PortMap.Entry)] {
        runs.reduce(into: []) { lasting, run in
            let isPassing = run.entry == PortMap.Entry(.selfConnected, .timeWait)
            let entry = isPassing ? PortMap.Entry(.selfConnected) : run.entry
            if let last = lasting.last, last.entry == entry {
                lasting[lasting.count - 1].ports = PortRange(last.ports.first, run.ports.last)
            } else {
                lasting.append((run.ports, entry))
            }
        }
    }

    private static func table(_ map: PortMap) -> [String] {
        var lines = ["PORTS".padded(to: 13) + "NUMBER".padded(to: 8, right: true) + "  OUTCOME           HOLDER"]
        let runs = lasting(map.runs)
        for run in runs.prefix(listed) {
            let number = "\(run.ports.count)".padded(to: 8, right: true)
            let outcome = run.entry.outcome.rawValue.padded(to: 16)
            let line = "\(run.ports)".padded(to: 13) + number + "  \(outcome)  \(run.entry.holder?.rawValue ?? "")"
            lines.append(line.trimmingEnd)
        }
        let more = runs.count - listed
        if more > 0 { lines.append("… and \(more) more: --json has them all") }
        return lines
    }
}

extension String {
    /// Padded with spaces to this width.
    func padded(to width: Int, right: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - count))
        return right ? spaces + self : self + spaces
    }

    /// Without trailing spaces.
    var trimmingEnd: String {
        guard let last = lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[...last])
    }
}
