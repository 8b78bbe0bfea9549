import SelfConnect

/// Links from a page, as values of attributes. They are relative, so that they hold behind a proxy that adds a prefix to
/// all paths.
struct PageLink: Hashable {
    /// The way from the page to the status page.
    let root: String
    /// Whether pages renew themselves: kept from page to page.
    let isRenewed: Bool

    /// Links from the status page.
    static func fromStatus(_ query: PageQuery) -> PageLink { PageLink(root: "./", isRenewed: query.isRenewed) }

    /// Links from the page of a target.
    static func fromTarget(isRenewed: Bool) -> PageLink { PageLink(root: "../", isRenewed: isRenewed) }

    /// Links from a path of this number of segments; `/` has one, which is empty.
    static func fromPath(depth: Int) -> PageLink {
        PageLink(root: depth > 1 ? String(repeating: "../", count: depth - 1) : "./", isRenewed: true)
    }

    /// The status page.
    func page(_ query: PageQuery) -> String { HTMLEscaping.escaped(root + query.text) }

    /// The page of a target.
    func page(of target: Target) -> String {
        page(of: target, isRenewed: isRenewed)
    }

    /// The page of a target, renewed or not.
    func page(of target: Target, isRenewed: Bool) -> String {
        let path = "\(root)targets/\(Self.encoded("\(target.endpoint)"))"
        let items = [
            target.namespace.map { "namespace=\(Self.encoded($0))" }, isRenewed ? nil : "refresh=false",
        ].compactMap(\.self)
        return HTMLEscaping.escaped(items.isEmpty ? path : "\(path)?\(items.joined(separator: "&"))")
    }

    /// A target as JSON.
    func document(of target: Target) -> String {
        let namespace = target.namespace.map { "?namespace=\(Self.encoded($0))" } ?? ""
        return document("v1/targets/\(Self.encoded("\(target.endpoint)"))\(namespace)")
    }

    /// Another document.
    func document(_ path: String) -> String { HTMLEscaping.escaped(root + path) }

    /// Percent-encodes all octets except unreserved characters (RFC 3986 §2.3), the colon and the comma.
    static func encoded(_ text: String) -> String {
        text.utf8.map { octet in
            let scalar = Unicode.Scalar(octet)
            let isPlain = octet < 0x80 && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || "-._~:,".unicodeScalars.contains(scalar) { return String(scalar) }
            let digits = String(octet, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
