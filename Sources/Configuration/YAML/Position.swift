/// A position in a configuration file.
package struct Position: Hashable, Sendable {
    /// Starts at 1.
    package let line: Int
    /// Starts at 1, in Unicode scalars: the column that editors show if the line has no tabs.
    package let column: Int

    /// A position on this line, at this column.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension Position: Comparable {
    /// In reading order.
    package static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Position: CustomStringConvertible {
    /// `LINE:COLUMN`, the format that compilers and editors use.
    package var description: String { "\(line):\(column)" }
}
