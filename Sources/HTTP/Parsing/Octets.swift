// Messages are parsed in place: in the owner's read buffer if a whole head was received at once, otherwise in the
// parser's buffer. So the parser's parts take a span, which cannot outlive the call and checks every index, and pass
// ranges of it to each other. Only requested values are converted to text.

/// Borrowed octets, valid for the duration of a call.
package typealias Octets = Span<UInt8>

extension Span where Element == UInt8 {
    /// A copy of the octets in the range.
    func array(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBufferPointer { Array($0) }
    }

    /// The octets in the range as text; invalid UTF-8 becomes the replacement character.
    func string(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the range contains exactly this text.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count where self[range.lowerBound + offset] != wanted[offset] { return false }
            return true
        }
    }

    /// Whether the range contains this lower-case text, ignoring ASCII case.
    func equals(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count where self[range.lowerBound + offset].lowercased != wanted[offset] {
                return false
            }
            return true
        }
    }

    /// The first index of the octet in the range.
    func firstIndex(of octet: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == octet { return index }
            index += 1
        }
        return nil
    }

    /// Whether every octet in the range is in the set.
    func allSatisfy(_ set: OctetSet, in range: Range<Int>) -> Bool {
        for index in range where !set.contains(self[index]) { return false }
        return true
    }

    /// The range without leading and trailing white space (OWS, RFC 9110 §5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isWhiteSpace { lower += 1 }
        while lower < upper, self[upper - 1].isWhiteSpace { upper -= 1 }
        return lower..<upper
    }

    /// The decimal number in the range, `1*DIGIT`; nil for anything else and on overflow.
    func decimal(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var number = 0
        for index in range {
            guard self[index].isDigit else { return nil }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int(self[index] - 0x30))
            if overflow || carry { return nil }
            number = sum
        }
        return number
    }
}

extension [UInt8] {
    /// Appends a copy of the octets.
    mutating func append(_ octets: Octets) {
        octets.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends a copy of the text.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends a non-negative number in decimal.
    mutating func append(decimal number: Int) {
        precondition(number >= 0, "only lengths and codes are written")
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(0x30 + number % 10))
    }
}
