// Whether a client accepts gzip (RFC 9110 §12.5.3). The uncoded representation is always available: as with 406,
// refusing to respond would help no client. If the choice affects the response, it must contain `Vary:
// Accept-Encoding`, which the caller adds.

/// Negotiation by the Accept-Encoding field.
package enum AcceptEncoding {
    /// The available codings.
    package enum Coding: Sendable, Equatable {
        case identity
        case gzip
    }

    /// The preferred coding: gzip if the request lists it, or `*`, with a weight above 0 and not below that of
    /// identity.
    package static func preferred(by fields: Fields) -> Coding {
        let weights = weights(fields)
        let wanted = weights.gzip ?? weights.others ?? .zero
        return wanted > .zero && wanted >= weights.identity ?? .zero ? .gzip : .identity
    }

    /// Whether the request accepts a response without coding: true unless it excludes identity, or all codings that it
    /// does not list (RFC 9110 §12.5.3).
    package static func allowsIdentity(by fields: Fields) -> Bool {
        let weights = weights(fields)
        return weights.identity ?? weights.others ?? .full > .zero
    }

    private typealias Weights = (gzip: Quality?, identity: Quality?, others: Quality?)

    /// The weight of each coding, and that of `*` for all others; nil if not listed.
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

    /// The weight among the parameters of an element; 1 if there is none, nil if it is malformed.
    private static func weight(_ bytes: Octets, _ parts: inout ElementReader) -> Quality? {
        while let part = parts.next(bytes) {
            if Quality.isWeight(bytes, part) { return Quality(weight: part, in: bytes) }
        }
        return .full
    }
}
