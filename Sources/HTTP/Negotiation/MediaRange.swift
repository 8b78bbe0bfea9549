// The elements of an Accept field (RFC 9110 §12.5.1), each compared with one media type: whether it includes the type,
// and how specifically.

/// One element of an Accept field, compared with one media type.
struct MediaRange {
    /// 0 for `*/*`, 1 for `type/*`, 2 for the type itself, plus one for each common parameter.
    private(set) var specificity: Int
    private(set) var quality = Quality.full

    /// Nil if the element is malformed or does not include the type.
    init?(_ bytes: Octets, _ element: Range<Int>, comparedWith type: MediaType) {
        var parts = ElementReader(element, separator: UInt8(ascii: ";"))
        guard let name = parts.next(bytes) else { return nil }
        guard let specificity = MediaRange.specificity(bytes, name, type) else { return nil }
        self.specificity = specificity
        while let part = parts.next(bytes) {
            if Quality.isWeight(bytes, part) {
                guard let weight = Quality(weight: part, in: bytes) else { return nil }
                quality = weight
                // Parameters after the weight do not belong to the media type.
                return
            }
            guard let isShared = MediaRange.isShared(bytes, part, type) else { return nil }
            if isShared { self.specificity += 1 }
        }
    }

    private static func specificity(_ bytes: Octets, _ name: Range<Int>, _ type: MediaType) -> Int? {
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/"), in: name) else { return nil }
        let major = name.lowerBound..<slash
        let minor = slash + 1..<name.upperBound
        let isAnyMinor = bytes.equals(minor, "*")
        if bytes.equals(major, "*") { return isAnyMinor ? 0 : nil }
        guard bytes.equals(major, ignoringCase: type.type) else { return nil }
        if isAnyMinor { return 1 }
        return bytes.equals(minor, ignoringCase: type.subtype) ? 2 : nil
    }

    /// Whether the type has this parameter; nil if it has another value.
    private static func isShared(_ bytes: Octets, _ part: Range<Int>, _ type: MediaType) -> Bool? {
        let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: part) ?? part.upperBound
        let name = part.lowerBound..<equals
        var value = min(equals + 1, part.upperBound)..<part.upperBound
        if value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\""),
            bytes[value.upperBound - 1] == UInt8(ascii: "\"")
        {
            value = value.lowerBound + 1..<value.upperBound - 1
        }
        for parameter in type.parameters where bytes.equals(name, ignoringCase: parameter.name) {
            return bytes.equals(value, ignoringCase: parameter.value) ? true : nil
        }
        return false
    }
}

extension Span where Element == UInt8 {
    /// Whether the range contains this lower-case text, ignoring case.
    fileprivate func equals(_ range: Range<Int>, ignoringCase text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for offset in text.indices where self[range.lowerBound + offset].lowercased != text[offset] { return false }
        return true
    }
}
