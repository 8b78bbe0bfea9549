import SelfConnect

/// Columns for the terminal, each as wide as its widest cell.
enum TerminalTable {
    /// A line of a table.
    struct Row {
        let cells: [String]
        /// The severity of what it states, for its colour.
        let severity: Severity?

        /// A row; unprintable characters are replaced.
        init(_ cells: [String], severity: Severity? = nil) {
            self.cells = cells.map(\.printable)
            self.severity = severity
        }
    }

    /// The lines of rows with equal numbers of cells. Verbatim lines are not broken at the width of the terminal.
    static func lines(_ rows: [Row], areVerbatim: Bool = false) -> [TerminalLine] {
        let columns = rows.map(\.cells.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.cells[column].columns }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row.cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.columns)
            }
            return TerminalLine(
                cells.joined(separator: "  ").trimmingEnd, severity: row.severity, isVerbatim: areVerbatim)
        }
    }
}
