// Lists in field values (RFC 9110 §5.6.1) and the parameters of their elements (§5.6.6) are cut at
// commas and semicolons, but, where elements can hold one, not at those within a quoted string. The reader goes forward only: a
// value of a hundred thousand elements costs a hundred thousand steps.

/// Cuts a range of octets into elements, without the white space around them; empty elements are
/// skipped, as the list rule wants.
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

    /// Where the element that begins here ends. A quoted string that is never closed takes the rest.
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
