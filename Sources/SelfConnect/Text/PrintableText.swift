import Primitives

extension StringProtocol {
    /// The text on one line, with U+FFFD in place of unprintable characters.
    package var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(self) }
        var printable = String.UnicodeScalarView()
        for scalar in unicodeScalars { printable.append(scalar.isUnprintable ? "\u{FFFD}" : scalar) }
        return String(printable)
    }
}
