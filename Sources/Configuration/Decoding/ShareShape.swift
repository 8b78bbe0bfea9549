import SelfConnect

extension ValueDecoder where Value == Double {
    /// A percentage such as `2%` or `0.5%`, within bounds given in percent; the value is a fraction.
    static func share(_ bounds: ClosedRange<Double>) -> ValueDecoder {
        ValueDecoder<String>.text("a share such as 2%").map { text throws(ParseError) in
            guard text.hasSuffix("%"), let percent = decimal(text.dropLast()) else {
                throw ParseError("\(text.quoted) is not a share: write a number and a per cent sign, such as 2%")
            }
            guard percent >= bounds.lowerBound else {
                throw ParseError("\(text) is too small: at least \(bounds.lowerBound)%")
            }
            guard percent <= bounds.upperBound else { throw ParseError("\(text) is too large: at most 100%") }
            return percent / 100
        }
    }

    /// Digits with at most one decimal point; `Double.init` would also accept `inf`, `nan` and `0x1p3`.
    private static func decimal(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        }
        return areDigits ? Double(text) : nil
    }
}
