import SelfConnect

/// Timestamps on the page.
enum PageTime {
    /// `2026-01-31 08:05:12 UTC`, with the exact timestamp for programs.
    static func html(_ moment: Timestamp) -> String {
        let text = "\(moment)"
        let parts = text.split(separator: "T")
        return "<time datetime=\"\(text)\">\(parts[0]) \(parts[1].prefix(8)) UTC</time>"
    }
}
