import SelfConnect

/// Escapes untrusted text in XML and HTML: names of targets and of other users' processes.
enum HTMLEscaping {
    /// Text as content, or as an attribute value in double quotes, which it cannot end.
    ///
    /// Replaces characters that XML 1.0 does not allow (§2.2) and control characters. Works on scalars: a Character may
    /// combine a bracket with an accent.
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

    /// At most `limit` characters; a truncated text ends with an ellipsis.
    static func shortened(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}
