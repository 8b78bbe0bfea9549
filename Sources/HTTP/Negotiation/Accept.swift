// Selects the representation that a client prefers (RFC 9110 §12.5.1). The most specific range that matches a type
// determines its quality. The response is never 406: for a scraper with a newer Accept field, any representation is
// better than an error.

/// Negotiation by the Accept field.
package enum Accept {
    /// The index of the preferred type, the first of equals; 0 if the request accepts none of them or has no Accept
    /// field.
    ///
    /// A parameter of a range that a type does not have does not exclude the type: scrapers send
    /// `version=1.0.0;escaping=allow-utf-8`, where the version decides and the escaping is optional.
    package static func preferred(of types: [MediaType], by fields: Fields) -> Int {
        var preferences = [Preference](repeating: Preference(), count: types.count)
        fields.forEachValue("Accept") { bytes, value in
            var reader = ElementReader(value, separator: UInt8(ascii: ","))
            while let element = reader.next(bytes) {
                for index in types.indices { preferences[index].apply(bytes, element, about: types[index]) }
            }
        }
        var best = 0
        for index in preferences.indices where preferences[index].quality > preferences[best].quality { best = index }
        return best
    }

    /// The combined preference of the ranges so far for one type.
    private struct Preference {
        var quality = Quality.zero
        private var specificity = -1

        /// Applies one range: a more specific range replaces the previous result, an equally specific one if its
        /// quality is higher.
        mutating func apply(_ bytes: Octets, _ element: Range<Int>, about type: MediaType) {
            guard let range = MediaRange(bytes, element, comparedWith: type) else { return }
            if range.specificity > specificity
                || range.specificity == specificity && range.quality > quality
            {
                specificity = range.specificity
                quality = range.quality
            }
        }
    }
}
