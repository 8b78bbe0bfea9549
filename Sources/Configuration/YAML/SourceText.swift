// Checks the bytes of a file before YAML parsing.
//
// libyaml would also accept UTF-16, and reports an invalid byte with an offset instead of a line. So the bytes are
// checked first, by the rules of YAML 1.1 §5.1 and two stricter ones: no C1 control characters, and no line breaks
// other than LF, CR LF and CR, so that libyaml and editors count the same lines.

/// The bytes of a file, validated as text.
struct SourceText {
    /// UTF-8 without a byte order mark.
    let bytes: [UInt8]
    /// The position after the last character.
    let end: Position

    /// Rejects invalid UTF-8 and control characters, with the position of the first such byte.
    init(_ bytes: [UInt8]) throws(Diagnostic) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var line = 1
        var column = 1
        var isBehindReturn = false
        var index = 0
        while index < self.bytes.count {
            let byte = self.bytes[index]
            if byte >= 0x20 && byte < 0x7F {
                index += 1
                column += 1
                isBehindReturn = false
                continue
            }
            let (scalar, length) = try Self.scalar(of: self.bytes, at: index, Position(line: line, column: column))
            index += length
            switch scalar {
            case "\n" where isBehindReturn: break
            case "\n", "\r": (line, column) = (line + 1, 1)
            default: column += 1
            }
            isBehindReturn = scalar == "\r"
        }
        end = Position(line: line, column: column)
    }

    /// The character at an index and its length in bytes.
    private static func scalar(
        of bytes: [UInt8], at index: Int, _ position: Position
    ) throws(Diagnostic) -> (Unicode.Scalar, length: Int) {
        var input = bytes[index...].makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        guard case .valid(let encoded) = parser.parseScalar(from: &input) else {
            throw Diagnostic("this byte is not UTF-8: save the file in UTF-8", at: position)
        }
        let scalar = Unicode.UTF8.decode(encoded)
        guard isText(scalar) else {
            let message = "the character \(name(of: scalar)) does not belong in a configuration: leave it out"
            throw Diagnostic(message, at: position)
        }
        return (scalar, encoded.count)
    }

    /// Whether a character other than printable ASCII is allowed.
    private static func isText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": true
        case "\u{FEFF}", "\u{FFFE}", "\u{FFFF}": false
        default: !scalar.isControl
        }
    }

    /// Such as `U+0000`.
    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The text starting at an offset in Unicode scalars, as libyaml counts.
    func scalars(from offset: Int) -> Substring.UnicodeScalarView {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.dropFirst(offset)
    }
}
