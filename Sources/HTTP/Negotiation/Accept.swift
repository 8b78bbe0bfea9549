// Which representation a client prefers (RFC 9110 §12.5.1). The most specific range that fits a type
// says how much it is wanted. Nobody is ever told 406: a scraper with a header of the future is
// better served with what there is than with an error.

/// Negotiation by the Accept field.
public enum Accept {
    /// The index of the type that the request prefers, the first of equals; 0 if it wants none of
    /// them, and if it does not say.
    ///
    /// A parameter of a range that a type does not have at all does not speak against the type:
    /// scrapers ask for `version=1.0.0;escaping=allow-utf-8`, where the version decides and the
    /// escaping is a wish.
    public static func preferred(of types: [MediaType], by fields: Fields) -> Int {
        var opinions = [Opinion](repeating: Opinion(), count: types.count)
        fields.forEachValue("Accept") { bytes, value in
            var reader = ElementReader(value, separator: UInt8(ascii: ","))
            while let element = reader.next(bytes) {
                for index in types.indices { opinions[index].hear(bytes, element, about: types[index]) }
            }
        }
        var best = 0
        for index in opinions.indices where opinions[index].quality > opinions[best].quality { best = index }
        return best
    }

    /// What the ranges heard so far say about one type.
    private struct Opinion {
        var quality = Quality.zero
        private var specificity = -1

        /// Takes one range into account: a more specific one replaces what was said before, an
        /// equally specific one counts if it wants the type more.
        mutating func hear(_ bytes: Octets, _ element: Range<Int>, about type: MediaType) {
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
