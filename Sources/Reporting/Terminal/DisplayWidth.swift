// How many columns of a terminal text takes. Terminals and fonts disagree about rare characters, so that this is an
// approximation of the rules of UAX #11 (East Asian Width): good enough for breaking lines.

extension Character {
    /// 0 for a mark alone, 2 for an ideograph or an emoji, otherwise 1.
    var columns: Int { unicodeScalars.map(\.columns).max() ?? 0 }
}

extension StringProtocol {
    /// The columns of the text, which has no control characters (`printable`).
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The longest beginning that fits.
    func prefix(columns limit: Int) -> SubSequence {
        var columns = 0
        return prefix { character in
            columns += character.columns
            return columns <= limit
        }
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        // Medial vowels and final consonants join the syllable before them (UAX #29, Hangul).
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if (0x1160...0x11FF).contains(value) { return 0 }
        return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// The blocks of characters that are wide (EastAsianWidth.txt, classes W and F).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DF2, 0x1AFF0...0x1B2FB, 0x1F900...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
