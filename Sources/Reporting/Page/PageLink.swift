import SelfConnect

/// Links to documents.
enum PageLink {
    /// Where a target's own document is, from the page's place.
    static func path(to target: Target) -> String {
        let namespace = target.namespace.map { "?namespace=\(encoded($0))" } ?? ""
        return "v1/targets/\(encoded("\(target.endpoint)"))\(namespace)"
    }

    /// All octets but those that mean nothing in a URL (RFC 3986 §2.3), and the colon.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { octet in
            let scalar = Unicode.Scalar(octet)
            let isPlain = octet < 0x80 && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || "-._~:".unicodeScalars.contains(scalar) { return String(scalar) }
            let digits = String(octet, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
