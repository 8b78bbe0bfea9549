// Names come from other users: of processes, users, units, files, network namespaces. A name may contain an escape
// sequence for the terminal, a line feed that starts a new line, or a mark that changes the direction of text. All
// output for people uses the rule defined here; JSON for programs uses lossless escapes instead.

extension Unicode.Scalar {
    /// Whether the character breaks a line, controls a terminal, changes the direction of text, or is invisible: C0,
    /// DEL and C1 (category Cc), format characters including those for bidirectional text (Cf; UAX #9), and the two
    /// separators (Zl, Zp).
    public var isUnprintable: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text on one line, with U+FFFD in place of unprintable characters.
    public var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(self) }
        var printable = String.UnicodeScalarView()
        for scalar in unicodeScalars { printable.append(scalar.isUnprintable ? "\u{FFFD}" : scalar) }
        return String(printable)
    }
}

extension [UInt8] {
    /// An equivalent JSON text with `\u` escapes in place of unprintable characters (RFC 8259 §7). JSON encoders only
    /// escape C0, and break lines between tokens.
    public var printableJSON: [UInt8] {
        guard contains(where: { $0 >= 0x7F }) else { return self }
        var printable: [UInt8] = []
        printable.reserveCapacity(count)
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            guard scalar.isUnprintable, scalar != "\n" else {
                printable.append(contentsOf: scalar.utf8)
                continue
            }
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16)
                printable += [UInt8]("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            }
        }
        return printable
    }
}
