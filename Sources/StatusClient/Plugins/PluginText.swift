import SelfConnect

/// The text format of a plug-in's line.
enum PluginText {
    /// The text without line breaks and control characters, and without the bar, which Nagios interprets as the start
    /// of performance data. Names come from the configuration and from processes of other users.
    static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.printable.unicodeScalars.map { $0 == "|" ? "\u{A6}" : $0 }))
    }

    /// Plain text, truncated to `limit` characters.
    static func short(_ text: String, _ limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.dropFirst(limit).first != nil else { return plain(text) }
        return plain(String(String.UnicodeScalarView(scalars.prefix(limit - 1)))) + "…"
    }

    /// Truncated to `limit` octets of UTF-8, between two characters.
    static func cut(_ text: String, octets limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let dots = "..."
        var kept = String.UnicodeScalarView()
        var count = dots.utf8.count
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            kept.append(scalar)
        }
        return String(kept) + dots
    }

    /// An integer with thousands separators.
    static func number(_ number: Int) -> String {
        guard number >= 1000 else { return "\(number)" }
        let rest = "\(number % 1000)"
        return Self.number(number / 1000) + "," + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
