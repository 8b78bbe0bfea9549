// IP addresses as they are spelled in the host of a URI (RFC 3986 §3.2.2). The text is needed only
// to know whether a Host field is well-formed and whether it names the loopback, so an address is
// its bits and nothing more.

/// An IPv4 or IPv6 address that stands in place of a host name.
enum AddressLiteral: Sendable, Equatable {
    case ipv4(UInt32)
    /// The eight groups, first to last.
    case ipv6(SIMD8<UInt16>)

    /// 127.0.0.0/8, ::1 and the first mapped into IPv6.
    var isLoopback: Bool {
        switch self {
        case .ipv4(let bits):
            return bits >> 24 == 127
        case .ipv6(let groups):
            if groups == SIMD8(0, 0, 0, 0, 0, 0, 0, 1) { return true }
            return groups.lowHalf == SIMD4(0, 0, 0, 0) && groups[4] == 0 && groups[5] == 0xFFFF
                && groups[6] >> 8 == 127
        }
    }

    /// `IPv4address`: four numbers of 0 to 255 without leading zeros. Nil for any other text.
    static func ipv4(_ bytes: Octets, _ range: Range<Int>) -> AddressLiteral? {
        ipv4Bits(bytes, range).map { .ipv4($0) }
    }

    private static func ipv4Bits(_ bytes: Octets, _ range: Range<Int>) -> UInt32? {
        guard (7...15).contains(range.count) else { return nil }
        var bits: UInt32 = 0
        var start = range.lowerBound
        for position in 0..<4 {
            let rest = start..<range.upperBound
            guard let end = position == 3 ? range.upperBound : bytes.firstIndex(of: UInt8(ascii: "."), in: rest)
            else { return nil }
            guard let number = bytes.decimal(start..<end), number <= 255 else { return nil }
            guard end - start == 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
            bits = bits << 8 | UInt32(number)
            start = end + 1
        }
        return bits
    }

    /// `IPv6address`, without the brackets. Nil for any other text, a zone included.
    static func ipv6(_ bytes: Octets, _ range: Range<Int>) -> AddressLiteral? {
        let colon = UInt8(ascii: ":")
        var groups = SIMD8<UInt16>()
        var count = 0
        var gap: Int?
        var start = range.lowerBound
        if range.count >= 2, bytes[start] == colon, bytes[start + 1] == colon {
            gap = 0
            start += 2
        }
        while start < range.upperBound {
            let end = bytes.firstIndex(of: colon, in: start..<range.upperBound) ?? range.upperBound
            if end == range.upperBound, count <= 6, let bits = ipv4Bits(bytes, start..<end) {
                groups[count] = UInt16(bits >> 16)
                groups[count + 1] = UInt16(truncatingIfNeeded: bits)
                count += 2
                break
            }
            guard count < 8, let group = hexadecimalGroup(bytes, start..<end) else { return nil }
            groups[count] = group
            count += 1
            start = end
            guard start < range.upperBound else { break }
            start += 1
            guard start < range.upperBound else { return nil }
            if bytes[start] == colon {
                guard gap == nil else { return nil }
                gap = count
                start += 1
            }
        }
        guard let gap else { return count == 8 ? .ipv6(groups) : nil }
        return count < 8 ? .ipv6(widened(groups, count: count, at: gap)) : nil
    }

    /// `h16`: one to four hexadecimal digits.
    private static func hexadecimalGroup(_ bytes: Octets, _ range: Range<Int>) -> UInt16? {
        guard (1...4).contains(range.count) else { return nil }
        var group: UInt16 = 0
        for index in range {
            guard let digit = bytes[index].hexadecimalValue else { return nil }
            group = group << 4 | UInt16(digit)
        }
        return group
    }

    /// The groups after `::` moved to the end, with zeros in their place.
    private static func widened(_ groups: SIMD8<UInt16>, count: Int, at gap: Int) -> SIMD8<UInt16> {
        var widened = SIMD8<UInt16>()
        for index in 0..<gap { widened[index] = groups[index] }
        for index in gap..<count { widened[8 - count + index] = groups[index] }
        return widened
    }
}
