// Validators and preconditions: a scraper or browser that already has a representation gets a 304 instead of another
// copy.

/// An entity tag (RFC 9110 §8.8.3).
package struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    /// The text between the quotation marks.
    package let opaque: String
    /// Whether the tag identifies equivalent instead of identical representations.
    package let isWeak: Bool

    /// A tag.
    ///
    /// Traps on characters outside `etagc`: white space, quotation marks, control characters.
    package init(_ opaque: String, isWeak: Bool = false) {
        precondition(
            opaque.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") },
            "an entity tag has neither white space nor quotation marks")
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// The tag as in an ETag field.
    package var description: String { (isWeak ? "W/\"" : "\"") + opaque + "\"" }

    /// How tags are compared (RFC 9110 §8.8.3.2).
    enum Comparison {
        /// By the opaque part alone.
        case weak
        /// By the opaque part, but weak tags are never equal.
        case strong
    }

    /// Whether the value of an If-Match or If-None-Match field contains this tag.
    ///
    /// A malformed list counts up to its first error.
    func isNamed(in bytes: Octets, _ value: Range<Int>, by comparison: Comparison) -> Bool {
        let trimmed = bytes.trimmed(value)
        let quote = UInt8(ascii: "\"")
        var index = trimmed.lowerBound
        while index < trimmed.upperBound {
            if bytes[index].isWhiteSpace || bytes[index] == UInt8(ascii: ",") {
                index += 1
                continue
            }
            let isOtherWeak = index + 1 < trimmed.upperBound && bytes.equals(index..<index + 2, "W/")
            if isOtherWeak { index += 2 }
            guard index < trimmed.upperBound, bytes[index] == quote,
                let end = bytes.firstIndex(of: quote, in: index + 1..<trimmed.upperBound)
            else { return false }
            let isComparable = comparison == .weak || !(isWeak || isOtherWeak)
            if isComparable, holdsOpaque(bytes, index + 1..<end) { return true }
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
    /// Applies the preconditions of the request to this response: 412 if the client requires another representation,
    /// 304 if it already has this one, otherwise the response itself.
    ///
    /// If-Match comes first (RFC 9110 §13.2.2) and compares tags strongly (§13.1.1), If-None-Match weakly (§13.1.2);
    /// `*` stands for any existing representation, also without a tag. Preconditions apply only to 200 responses to GET
    /// and HEAD (§13.2.1). Preconditions with dates are ignored because there is no Last-Modified (§13.1.3, §13.1.4).
    /// The 304 contains the fields that a cache needs to update its copy (§15.4.5).
    package func conditional(on request: Request) -> Response {
        guard status == .ok, request.method == .get || request.method == .head else { return self }
        if let isMatched = isNamed(in: "If-Match", of: request, by: .strong), !isMatched {
            return Response(error: .preconditionFailed, message: "If-Match does not match the current representation.")
        }
        guard isNamed(in: "If-None-Match", of: request, by: .weak) ?? false else { return self }
        let kept = fields.filter { ["etag", "cache-control", "vary", "content-location", "expires"].contains($0) }
        return Response(.notModified, fields: kept, entityTag: entityTag)
    }

    /// Whether a field of the request contains this response's tag; nil without the field.
    private func isNamed(in field: String, of request: Request, by comparison: EntityTag.Comparison) -> Bool? {
        var isNamed: Bool?
        request.fields.forEachValue(field) { bytes, value in
            let isAny = bytes.equals(bytes.trimmed(value), "*")
            let isThis = isAny || entityTag?.isNamed(in: bytes, value, by: comparison) ?? false
            isNamed = isNamed ?? false || isThis
        }
        return isNamed
    }
}
