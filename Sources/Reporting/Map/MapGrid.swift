// Lays out the range in rows that start at round numbers, so that a port can be found by its digits. The number of rows
// is limited for any range: a cell stands for as many ports as needed.

import SelfConnect

/// A map as rows of cells.
struct MapGrid {
    /// The ports of one cell and their state.
    struct Cell: Hashable {
        /// Its ports that are inside the range.
        var ports: PortRange
        /// The number of ports in each category.
        var counts: [PortCategory: Int] = [:]

        /// The most severe category.
        var mark: PortCategory { PortCategory.allCases.first { counts[$0] != nil } ?? .unknown }
    }

    /// Cells in a row.
    let columns: Int
    /// The number of ports of a complete cell.
    let portsPerCell: Int
    /// The rows; nil for cells outside the range.
    private(set) var rows: [[Cell?]] = []
    /// The number of ports of the range in each category.
    private(set) var counts: [PortCategory: Int] = [:]

    private let start: Int

    /// Possible numbers of ports per row: round numbers.
    private static let lengths = [50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    private static let maximumRows = 16

    /// Lays out a map with 50 or 100 cells per row.
    init(_ map: PortMap, columns: Int) {
        let range = map.kernel.ephemeralRange
        let lengths = Self.lengths.filter { $0 % columns == 0 }
        let length = lengths.first { Self.rows(of: range, length: $0) <= Self.maximumRows } ?? lengths[0]
        self.columns = columns
        portsPerCell = length / columns
        start = Int(range.first) / length * length
        rows = (0..<Self.rows(of: range, length: length)).map { row in
            (0..<columns).map { column in cell(row, column, in: range) }
        }
        for run in map.runs { count(run) }
    }

    /// The first port of a row, possibly outside the range.
    func firstPort(ofRow row: Int) -> Int { start + row * columns * portsPerCell }

    /// The cell of a port of the range.
    func place(of port: UInt16) -> (row: Int, column: Int) {
        let place = (Int(port) - start) / portsPerCell
        return (place / columns, place % columns)
    }

    private static func rows(of range: PortRange, length: Int) -> Int {
        Int(range.last) / length - Int(range.first) / length + 1
    }

    private func cell(_ row: Int, _ column: Int, in range: PortRange) -> Cell? {
        let port = firstPort(ofRow: row) + column * portsPerCell
        let first = max(port, Int(range.first))
        let last = min(port + portsPerCell - 1, Int(range.last))
        return first <= last ? Cell(ports: PortRange(UInt16(first), UInt16(last))) : nil
    }

    private mutating func count(_ run: PortMap.Run) {
        let mark = PortCategory(run.entry)
        counts[mark, default: 0] += run.ports.count
        var (row, column) = place(of: run.ports.first)
        let end = place(of: run.ports.last)
        while (row, column) <= end {
            if let ports = rows[row][column]?.ports {
                let count = min(Int(ports.last), Int(run.ports.last)) - max(Int(ports.first), Int(run.ports.first)) + 1
                rows[row][column]?.counts[mark, default: 0] += count
            }
            column += 1
            if column == columns { (row, column) = (row + 1, 0) }
        }
    }
}
