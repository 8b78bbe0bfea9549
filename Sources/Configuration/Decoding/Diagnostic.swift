/// A fault in a configuration file: its position and how to fix it.
package struct Diagnostic: Error, Hashable, Sendable {
    /// Where the offending text begins.
    package let position: Position
    /// One line of plain English, such as `“30” is not a duration: write a number with a unit, …`.
    package let message: String

    /// A fault at `position`.
    package init(_ message: String, at position: Position) {
        self.position = position
        self.message = message
    }

    /// `FILE:LINE:COLUMN: message`, the form that compilers and editors share.
    package func line(in file: String) -> String { "\(file):\(self)" }
}

extension Diagnostic: CustomStringConvertible {
    /// `LINE:COLUMN: message`.
    package var description: String { "\(position): \(message)" }
}

extension Diagnostic: Comparable {
    /// By position, then by text: the order does not depend on the order of the checks.
    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        (left.position, left.message) < (right.position, right.message)
    }
}
