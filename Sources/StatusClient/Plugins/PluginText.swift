import SelfConnect

/// The notation of a plug-in's line.
enum PluginText {
    /// Without what ends a line or commands a terminal, and without the bar, behind which Nagios looks for performance
    /// data. Names come from the configuration and from other people's processes.
    static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.printable.unicodeScalars.map { $0 == "|" ? "\u{A6}" : $0 }))
    }

    /// Plain, and cut to so many characters.
    static func short(_ text: String, _ limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.dropFirst(limit).first != nil else { return plain(text) }
        return plain(String(String.UnicodeScalarView(scalars.prefix(limit - 1)))) + "…"
    }

    /// Cut to so many octets of UTF-8, between two characters.
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

    /// A whole number with a comma between thousands.
    static func number(_ number: Int) -> String {
        guard number >= 1000 else { return "\(number)" }
        let rest = "\(number % 1000)"
        return Self.number(number / 1000) + "," + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
