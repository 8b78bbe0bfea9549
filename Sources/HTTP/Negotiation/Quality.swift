// Weights of preferences (RFC 9110 §12.4.2) as whole thousandths, the precision of the grammar.

/// A weight from 0, not acceptable, to 1000.
struct Quality: Sendable, Comparable {
    let thousandths: Int

    static let full = Quality(thousandths: 1_000)
    static let zero = Quality(thousandths: 0)

    static func < (left: Quality, right: Quality) -> Bool { left.thousandths < right.thousandths }
}

extension Quality {
    /// Parses `0`, `0.5`, `0.125`, `1`, `1.000`; nil for anything else.
    init?(_ bytes: Octets, _ range: Range<Int>) {
        guard (1...5).contains(range.count) else { return nil }
        let start = range.lowerBound
        guard bytes[start] == UInt8(ascii: "0") || bytes[start] == UInt8(ascii: "1") else { return nil }
        var thousandths = Int(bytes[start] - UInt8(ascii: "0")) * 1_000
        if range.count > 1 {
            guard bytes[start + 1] == UInt8(ascii: ".") else { return nil }
            var place = 100
            for index in start + 2..<range.upperBound {
                guard bytes[index].isDigit else { return nil }
                thousandths += Int(bytes[index] - UInt8(ascii: "0")) * place
                place /= 10
            }
        }
        guard thousandths <= 1_000 else { return nil }
        self.thousandths = thousandths
    }

    /// Parses a parameter for which `isWeight` is true; nil if its value is malformed.
    init?(weight parameter: Range<Int>, in bytes: Octets) {
        self.init(bytes, parameter.lowerBound + 2..<parameter.upperBound)
    }

    /// Whether a parameter is a weight, `q=…`.
    static func isWeight(_ bytes: Octets, _ parameter: Range<Int>) -> Bool {
        parameter.count >= 2 && bytes[parameter.lowerBound].lowercased == UInt8(ascii: "q")
            && bytes[parameter.lowerBound + 1] == UInt8(ascii: "=")
    }
}
