import SelfConnect

/// Text of strangers inside XML and HTML: names of targets and of other people's processes.
enum HTMLEscaping {
    /// Text as content or as the value of an attribute in double quotes, which no text can end.
    ///
    /// Characters that XML 1.0 has no place for (§2.2), and those that break a line or command a terminal, are
    /// replaced; by scalars, because a Character may hide a bracket under an accent.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "\u{FFFE}", "\u{FFFF}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// At most so many characters; what is cut off leaves an ellipsis.
    static func shortened(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}
