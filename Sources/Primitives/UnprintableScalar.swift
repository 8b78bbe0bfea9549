// Names come from other users: of processes, users, units, files, network namespaces. A name may contain an escape
// sequence for the terminal, a line feed that starts a new line, or a mark that changes the direction of text. All
// output uses the rule defined here: text for people replaces such characters, JSON escapes them.

extension Unicode.Scalar {
    /// Whether the character breaks a line, controls a terminal, changes the direction of text, or is invisible: C0,
    /// DEL and C1 (category Cc), format characters including those for bidirectional text (Cf; UAX #9), and the two
    /// separators (Zl, Zp).
    package var isUnprintable: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
