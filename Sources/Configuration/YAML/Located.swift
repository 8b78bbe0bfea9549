/// A value and the place where it was written, for a check that comes after the reading.
///
/// Whether a listen port lies inside the ephemeral range, only the kernel knows: who asks it can still say
/// `file:line:column`.
package struct Located<Value: Hashable & Sendable>: Sendable {
    /// The value.
    package var value: Value
    /// Where it was written; nil for a default and for the command line.
    package var position: Position?

    /// A value that was written at `position`.
    package init(_ value: Value, at position: Position? = nil) {
        self.value = value
        self.position = position
    }
}

extension Located: Hashable {
    /// Two are equal if their values are: a configuration does not change by moving a line.
    package static func == (left: Located, right: Located) -> Bool { left.value == right.value }

    /// By the value alone.
    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
