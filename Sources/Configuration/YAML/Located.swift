/// A value with its position in the file, for checks after parsing.
///
/// For example, only the kernel knows whether a listen port is inside the ephemeral range; that check can still report
/// `file:line:column`.
package struct Located<Value: Hashable & Sendable>: Sendable {
    /// The value.
    package var value: Value
    /// Where the value was written; nil for defaults and command-line options.
    package var position: Position?

    /// A value that was written at `position`.
    package init(_ value: Value, at position: Position? = nil) {
        self.value = value
        self.position = position
    }
}

extension Located: Hashable {
    /// Ignores the position: moving a line does not change the configuration.
    package static func == (left: Located, right: Located) -> Bool { left.value == right.value }

    /// By the value alone.
    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
