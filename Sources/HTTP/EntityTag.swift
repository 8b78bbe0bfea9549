// Validators and the one precondition that a read-only listener needs: a scraper or browser that
// has a representation already is told so instead of being sent it again.

/// An entity tag (RFC 9110 §8.8.3).
public struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    /// What stands between the quotation marks.
    public let opaque: String
    /// Whether the tag marks only equivalent, not identical, representations.
    public let isWeak: Bool

    /// A tag.
    ///
    /// Traps on characters that `etagc` does not have: white space, quotation marks, control
    /// characters.
    public init(_ opaque: String, isWeak: Bool = false) {
        precondition(
            opaque.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") },
            "an entity tag has neither white space nor quotation marks")
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// The tag as it stands in an ETag field.
    public var description: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

    /// Whether the value of an If-None-Match field names this tag.
    ///
    /// The comparison is the weak one, which looks at the opaque part alone (RFC 9110 §8.8.3.2). A
    /// malformed list names the tags before its first fault.
    func isNamed(in bytes: Octets, _ value: Range<Int>) -> Bool {
        let trimmed = bytes.trimmed(value)
        let quote = UInt8(ascii: "\"")
        var index = trimmed.lowerBound
        while index < trimmed.upperBound {
            if bytes[index].isWhiteSpace || bytes[index] == UInt8(ascii: ",") {
                index += 1
                continue
            }
            if index + 1 < trimmed.upperBound, bytes.equals(index..<index + 2, "W/") { index += 2 }
            guard index < trimmed.upperBound, bytes[index] == quote,
                let end = bytes.firstIndex(of: quote, in: index + 1..<trimmed.upperBound)
            else { return false }
            if holdsOpaque(bytes, index + 1..<end) { return true }
            index = end + 1
        }
        return false
    }

    private func holdsOpaque(_ bytes: Octets, _ range: Range<Int>) -> Bool {
        guard range.count == opaque.utf8.count else { return false }
        return zip(range, opaque.utf8).allSatisfy { bytes[$0] == $1 }
    }
}

extension Response {
    /// This answer, or 304 if the request says that the client has it already.
    ///
    /// It looks at If-None-Match of GET and HEAD, for answers of 200 (RFC 9110 §13.1.2): the tags that
    /// it lists are compared with that of the answer, and `*` stands for any representation that there
    /// is, one without a tag included. The 304 has those fields of this answer that a cache needs to update what
    /// it holds (§15.4.5).
    public func unlessMatched(by request: Request) -> Response {
        guard status == .ok, request.method == .get || request.method == .head else { return self }
        var isMatched = false
        request.fields.forEachValue("If-None-Match") { bytes, value in
            let isAny = bytes.equals(bytes.trimmed(value), "*")
            isMatched = isMatched || isAny || entityTag?.isNamed(in: bytes, value) ?? false
        }
        guard isMatched else { return self }
        let kept = fields.filter { ["etag", "cache-control", "vary", "content-location", "expires"].contains($0) }
        return Response(.notModified, fields: kept, entityTag: entityTag)
    }
}
