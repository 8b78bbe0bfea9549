// Percent-encoding (RFC 3986 §2.1) is decoded once, after the target has been split: an encoded slash is part of a name
// and never a separator. Text that decodes to NUL or invalid UTF-8 cannot name anything here and is rejected like
// malformed encoding.

/// Decoding of the percent-encoded parts of a target.
enum PercentEncoding {
    /// The octet encoded as `%XX` at this index.
    ///
    /// - Throws: 400 if the percent sign is not followed by two hexadecimal digits.
    static func octet(_ bytes: Octets, at index: Int, before end: Int) throws(RequestError) -> UInt8 {
        guard index + 2 < end, let high = bytes[index + 1].hexadecimalValue,
            let low = bytes[index + 2].hexadecimalValue
        else { throw .malformed("A percent sign is not followed by two hexadecimal digits.") }
        return high << 4 | low
    }

    /// The text of one path segment, query name or query value.
    ///
    /// - Parameter plusIsSpace: whether a plus sign stands for a space, as in queries of HTML forms.
    /// - Throws: 400 for a malformed encoding, an encoded NUL, and octets that are not UTF-8.
    static func decode(
        _ bytes: Octets, _ range: Range<Int>, plusIsSpace: Bool = false
    ) throws(RequestError) -> String {
        guard isEncoded(bytes, range, plusIsSpace: plusIsSpace) else { return bytes.string(range) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                let octet = try octet(bytes, at: index, before: range.upperBound)
                guard octet != 0 else { throw .malformed("The target holds an encoded NUL.") }
                decoded.append(octet)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(.space)
                index += 1
            case let octet:
                decoded.append(octet)
                index += 1
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .malformed("The target holds encoded octets that are not UTF-8.")
        }
        return text
    }

    private static func isEncoded(_ bytes: Octets, _ range: Range<Int>, plusIsSpace: Bool) -> Bool {
        for index in range {
            if bytes[index] == UInt8(ascii: "%") { return true }
            if plusIsSpace, bytes[index] == UInt8(ascii: "+") { return true }
        }
        return false
    }
}
