// Names come from other users: of processes, users, units, files, network namespaces. A name may hold an escape sequence for
// the terminal that it is shown on, a line feed that begins a line of its own, or a mark that turns the direction of what
// follows. Every output for people takes its lines through the one rule that is here; programs get the same as escapes of
// JSON, which lose nothing.

extension Unicode.Scalar {
    /// Whether it would break a line, command a terminal, turn the direction of text, or not be seen at all: C0, DEL and C1
    /// (category Cc), format characters with those for bidirectional text (Cf; UAX #9), and the two separators (Zl, Zp).
    public var isUnprintable: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text on one line for people, with U+FFFD in place of what is not printable.
    public var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return String(self) }
        var printable = String.UnicodeScalarView()
        for scalar in unicodeScalars { printable.append(scalar.isUnprintable ? "\u{FFFD}" : scalar) }
        return String(printable)
    }
}

extension [UInt8] {
    /// A JSON text that says the same, with `\u` escapes in place of what is not printable (RFC 8259 §7). An encoder
    /// escapes only what JSON asks for, C0, and breaks lines between tokens.
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
