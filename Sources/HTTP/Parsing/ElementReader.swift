// Splits lists in field values (RFC 9110 §5.6.1) and the parameters of their elements (§5.6.6) at commas and
// semicolons, but not inside quoted strings if elements can contain one. The time is linear in the number of octets.

/// Splits a range of octets into elements without surrounding white space; empty elements are skipped, as the list rule
/// requires.
struct ElementReader {
    private var position: Int
    private let end: Int
    private let separator: UInt8
    private let knowsQuotes: Bool

    init(_ range: Range<Int>, separator: UInt8, knowsQuotes: Bool = true) {
        position = range.lowerBound
        end = range.upperBound
        self.separator = separator
        self.knowsQuotes = knowsQuotes
    }

    /// The next element, or nil after the last.
    mutating func next(_ bytes: Octets) -> Range<Int>? {
        while position < end {
            let elementEnd = elementEnd(bytes)
            let element = bytes.trimmed(position..<elementEnd)
            position = elementEnd + 1
            if !element.isEmpty { return element }
        }
        return nil
    }

    /// The end of the element that starts here. An unterminated quoted string extends to the end of the range.
    private func elementEnd(_ bytes: Octets) -> Int {
        var index = position
        var isQuoted = false
        while index < end {
            let octet = bytes[index]
            if knowsQuotes, octet == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if isQuoted, octet == UInt8(ascii: "\\") {
                index += 1
            } else if !isQuoted, octet == separator {
                return index
            }
            index += 1
        }
        return end
    }
}
