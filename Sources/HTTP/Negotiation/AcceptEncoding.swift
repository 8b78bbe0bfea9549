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
        let weights = weights(fields)
        let wanted = weights.gzip ?? weights.others ?? .zero
        return wanted > .zero && wanted >= weights.identity ?? .zero ? .gzip : .identity
    }

    /// Whether the request takes a representation without any coding: it does unless it says no to
    /// identity, or to everything that it does not name (RFC 9110 §12.5.3).
    public static func allowsIdentity(by fields: Fields) -> Bool {
        let weights = weights(fields)
        return weights.identity ?? weights.others ?? .full > .zero
    }

    private typealias Weights = (gzip: Quality?, identity: Quality?, others: Quality?)

    /// What the request says of each coding, and with `*` of all others; nil of what it does not name.
    private static func weights(_ fields: Fields) -> Weights {
        var weights: Weights = (nil, nil, nil)
        fields.forEachValue("Accept-Encoding") { bytes, value in
            var reader = ElementReader(value, separator: UInt8(ascii: ","))
            while let element = reader.next(bytes) {
                var parts = ElementReader(element, separator: UInt8(ascii: ";"))
                guard let name = parts.next(bytes), let quality = weight(bytes, &parts) else { continue }
                if bytes.equals(name, ignoringCase: "gzip") || bytes.equals(name, ignoringCase: "x-gzip") {
                    weights.gzip = max(weights.gzip ?? .zero, quality)
                } else if bytes.equals(name, ignoringCase: "identity") {
                    weights.identity = max(weights.identity ?? .zero, quality)
                } else if bytes.equals(name, "*") {
                    weights.others = max(weights.others ?? .zero, quality)
                }
            }
        }
        return weights
    }

    /// The weight among the parameters of an element, 1 if there is none; nil if it is malformed.
    private static func weight(_ bytes: Octets, _ parts: inout ElementReader) -> Quality? {
        while let part = parts.next(bytes) {
            if Quality.isWeight(bytes, part) { return Quality(weight: part, in: bytes) }
        }
        return .full
    }
}
