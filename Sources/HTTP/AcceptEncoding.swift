// Whether a client takes gzip (RFC 9110 §12.5.3). Identity is always possible: like 406, a refusal
// to answer for want of a coding would help nobody. Wherever the choice mattered, the answer must
// say `Vary: Accept-Encoding`, which is for the owner of the representations to do.

/// Negotiation by the Accept-Encoding field.
public enum AcceptEncoding {
    /// The codings that there are.
    public enum Coding: Sendable, Equatable {
        case identity
        case gzip
    }

    /// The coding that the request prefers: gzip if it names it, or anything by `*`, with a weight
    /// above 0 and not below that of identity.
    public static func preferred(by fields: Fields) -> Coding {
        var gzip: Quality?
        var identity: Quality?
        var others: Quality?
        fields.forEachValue("Accept-Encoding") { bytes, value in
            var reader = ElementReader(value, separator: UInt8(ascii: ","))
            while let element = reader.next(bytes) {
                var parts = ElementReader(element, separator: UInt8(ascii: ";"))
                guard let name = parts.next(bytes), let quality = weight(bytes, &parts) else { continue }
                if bytes.equals(name, ignoringCase: "gzip") || bytes.equals(name, ignoringCase: "x-gzip") {
                    gzip = max(gzip ?? .zero, quality)
                } else if bytes.equals(name, ignoringCase: "identity") {
                    identity = max(identity ?? .zero, quality)
                } else if bytes.equals(name, "*") {
                    others = max(others ?? .zero, quality)
                }
            }
        }
        let wanted = gzip ?? others ?? .zero
        return wanted > .zero && wanted >= identity ?? .zero ? .gzip : .identity
    }

    /// The weight among the parameters of an element, 1 if there is none; nil if it is malformed.
    private static func weight(_ bytes: Octets, _ parts: inout ElementReader) -> Quality? {
        while let part = parts.next(bytes) {
            if Quality.isWeight(bytes, part) { return Quality(weight: part, in: bytes) }
        }
        return .full
    }
}
