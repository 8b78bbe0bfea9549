import SelfConnect

/// Times on the pages.
enum PageTime {
    /// `2026-01-31 08:05:12 UTC`, with the exact timestamp for programs.
    static func html(_ moment: Timestamp) -> String { element(moment, zone: " UTC") }

    /// The same for lists, which name the zone once.
    static func listed(_ moment: Timestamp) -> String { element(moment, zone: "") }

    /// How long ago it was, such as `4 min`.
    static func age(of moment: Timestamp, at now: Timestamp) -> String {
        "<time datetime=\"\(moment)\" title=\"since \(moment)\">\(max(.zero, now.since(moment)).rounded)</time>"
    }

    private static func element(_ moment: Timestamp, zone: String) -> String {
        let text = "\(moment)"
        let parts = text.split(separator: "T")
        return "<time datetime=\"\(text)\">\(parts[0]) \(parts[1].prefix(8))\(zone)</time>"
    }
}
