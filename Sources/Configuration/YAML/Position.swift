/// A place in a configuration file.
package struct Position: Hashable, Sendable {
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in Unicode scalars: what an editor calls the column as long as there are no tabs.
    package let column: Int

    /// The place on this line, at this column.
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
    /// `LINE:COLUMN`, as compilers write it and editors follow it.
    package var description: String { "\(line):\(column)" }
}
