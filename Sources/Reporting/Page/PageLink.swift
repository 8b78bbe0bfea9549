import SelfConnect

/// Links to documents.
enum PageLink {
    /// The path of a target's document, relative to the page.
    static func path(to target: Target) -> String {
        let namespace = target.namespace.map { "?namespace=\(encoded($0))" } ?? ""
        return "v1/targets/\(encoded("\(target.endpoint)"))\(namespace)"
    }

    /// Percent-encodes all octets except unreserved characters (RFC 3986 §2.3) and the colon.
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
