package import SelfConnect

/// A line of text for people, with what a terminal shows besides.
package struct TerminalLine: Hashable, Sendable {
    /// Without a line feed; unprintable characters are replaced.
    package let text: String
    /// The severity of what it states, for its colour.
    package let severity: Severity?
    /// Whether it is to be copied, such as a command: it is never broken, so that a selection of it is one line.
    package let isVerbatim: Bool

    /// Prose, or a line to be copied.
    package init(_ text: String, severity: Severity? = nil, isVerbatim: Bool = false) {
        self.text = text.printable
        self.severity = severity
        self.isVerbatim = isVerbatim
    }
}
