// The grammars of RFC 3986 and RFC 9110 use sets of ASCII characters. A set consists of two words of bits, so that a
// membership test is a shift and a mask. Octets 80 to FF are members only if `beyondASCII` is set.

/// A set of octets.
struct OctetSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    private let beyondASCII: Bool

    /// The ASCII letters and digits, and the given characters.
    init(alphanumericsAnd others: StaticString) {
        var members: [Bool] = (0..<128).map { (UInt8($0) | 0x20).isLetter || UInt8($0).isDigit }
        others.withUTF8Buffer { for octet in $0 { members[Int(octet)] = true } }
        self.init(members: members, beyondASCII: false)
    }

    private init(members: [Bool], beyondASCII: Bool) {
        var words: (low: UInt64, high: UInt64) = (0, 0)
        for octet in 0..<64 where members[octet] { words.low |= 1 << UInt64(octet) }
        for octet in 0..<64 where members[64 + octet] { words.high |= 1 << UInt64(octet) }
        self.low = words.low
        self.high = words.high
        self.beyondASCII = beyondASCII
    }

    /// Whether the octet is a member.
    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        if octet >= 128 { return beyondASCII }
        let word = octet < 64 ? low : high
        return (word >> UInt64(octet & 63)) & 1 == 1
    }

    /// `tchar`: methods, field names, codings (RFC 9110 §5.6.2).
    static let token = OctetSet(alphanumericsAnd: "!#$%&'*+-.^_`|~")

    /// Unencoded characters in a path and a query: `pchar`, `/`, `?` and the percent sign (RFC 3986 §3.3, §3.4). Square
    /// brackets are not in the grammar, but browsers send them unencoded, and the paths here contain endpoints such as
    /// `[::1]:50010`.
    static let pathAndQuery = OctetSet(alphanumericsAnd: "-._~!$&'()*+,;=:@/?%[]")

    /// `unreserved` and `sub-delims`: a registered name without its percent-encoded octets (RFC 3986 §3.2.2).
    static let registeredName = OctetSet(alphanumericsAnd: "-._~!$&'()*+,;=")

    /// Characters of a field value: all but control characters other than HTAB (RFC 9110 §5.5).
    static let fieldValue = OctetSet(members: (0..<128).map { $0 == 9 || ($0 >= 32 && $0 < 127) }, beyondASCII: true)
}

extension UInt8 {
    static let horizontalTab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    /// An ASCII digit.
    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// A lower-case ASCII letter.
    @inline(__always)
    var isLetter: Bool { self &- 0x61 < 26 }

    /// SP or HTAB, the characters of OWS (RFC 9110 §5.6.3).
    @inline(__always)
    var isWhiteSpace: Bool { self == .space || self == .horizontalTab }

    /// A control character that is not allowed inside a line of a message: all but HTAB.
    @inline(__always)
    var isForbiddenControl: Bool { (self < 0x20 && self != .horizontalTab) || self == 0x7F }

    /// The octet, with an ASCII capital converted to lower case.
    @inline(__always)
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
