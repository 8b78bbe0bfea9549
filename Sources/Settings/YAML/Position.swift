/// A place in a configuration file.
public struct Position: Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in Unicode scalars: what an editor calls the column as long as there are no tabs.
    public let column: Int

    /// The place on this line, at this column.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension Position: Comparable {
    /// In reading order.
    public static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Position: CustomStringConvertible {
    /// `LINE:COLUMN`, as compilers write it and editors follow it.
    public var description: String { "\(line):\(column)" }
}
