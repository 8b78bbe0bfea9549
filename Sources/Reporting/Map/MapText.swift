// The map for a terminal with 80 columns: a summary, a picture with one character per group of ports, and the runs.

package import SelfConnect

/// A map for the terminal.
package enum MapText {
    /// Maximum number of runs listed.
    private static let listed = 48
    private static let columns = 50
    private static let group = 10

    /// All lines.
    package static func lines(_ map: PortMap) -> [TerminalLine] {
        let grid = MapGrid(map, columns: columns)
        let parts = [MapSummary(map).lines.map { line($0) }, picture(grid), legend(grid), table(map)]
        return Array(parts.joined(separator: [line("")]))
    }

    /// A line as it is: the map is laid out already.
    private static func line(_ text: String, _ category: PortCategory? = nil) -> TerminalLine {
        TerminalLine(text, severity: category?.severity, isVerbatim: true)
    }

    private static func picture(_ grid: MapGrid) -> [TerminalLine] {
        grid.rows.indices.map { row in
            let groups = stride(from: 0, to: columns, by: group).map { start in
                String(grid.rows[row][start..<start + group].map { $0.map(character) ?? " " })
            }
            let label = "\(grid.firstPort(ofRow: row))".padded(to: 7, right: true)
            return line("\(label)  \(groups.joined(separator: " "))".trimmingEnd)
        }
    }

    /// A cell with both reserved and exposed ports has its own character.
    private static func character(_ cell: MapGrid.Cell) -> Character {
        cell.mark == .reserved && cell.counts.count > 1 ? "+" : cell.mark.character
    }

    private static func legend(_ grid: MapGrid) -> [TerminalLine] {
        let size = grid.portsPerCell
        let head =
            size == 1
            ? "One character for each port:"
            : "One character for \(size) ports shows the first of these that is among them:"
        var lines = [line(head)]
        let hasMixed = grid.rows.joined().contains { $0.map(character) == "+" }
        for mark in PortCategory.allCases {
            guard let count = grid.counts[mark] else { continue }
            let sign = mark == .reserved && hasMixed ? "# +" : "\(mark.character)"
            let note = mark == .reserved && hasMixed ? " (+ some of them)" : ""
            lines.append(line("  \(sign.padded(to: 3))  \(mark.label)\(note): \(count)", mark))
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

    private static func table(_ map: PortMap) -> [TerminalLine] {
        let head = "PORTS".padded(to: 13) + "NUMBER".padded(to: 8, right: true) + "  OUTCOME           HOLDER"
        var lines = [line(head)]
        let runs = lasting(map.runs)
        for run in runs.prefix(listed) {
            let number = "\(run.ports.count)".padded(to: 8, right: true)
            let outcome = run.entry.outcome.rawValue.padded(to: 16)
            let text = "\(run.ports)".padded(to: 13) + number + "  \(outcome)  \(run.entry.holder?.rawValue ?? "")"
            lines.append(line(text.trimmingEnd, PortCategory(run.entry)))
        }
        let more = runs.count - listed
        if more > 0 { lines.append(line("… and \(more) more: --json has them all")) }
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
