// IP addresses in the host of a URI (RFC 3986 §3.2.2). They are only needed to check whether a Host field is valid and
// whether it is a loopback address, so only the bits are stored.

/// An IPv4 or IPv6 address in place of a host name.
enum AddressLiteral: Sendable, Equatable {
    case ipv4(UInt32)
    /// The eight groups, first to last.
    case ipv6(SIMD8<UInt16>)

    /// 127.0.0.0/8, its IPv4-mapped IPv6 form, and ::1.
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

    /// `IPv6address` without brackets. Nil for any other text, including a zone.
    static func ipv6(_ bytes: Octets, _ range: Range<Int>) -> AddressLiteral? {
        guard let gap = doubleColon(bytes, range) else {
            let all = groups(bytes, range, endsAddress: true)
            return all?.count == 8 ? all.map { .ipv6($0.values) } : nil
        }
        guard let left = groups(bytes, range.lowerBound..<gap, endsAddress: false),
            let right = groups(bytes, gap + 2..<range.upperBound, endsAddress: true),
            left.count + right.count < 8
        else { return nil }
        var values = left.values
        for index in 0..<right.count { values[8 - right.count + index] = right.values[index] }
        return .ipv6(values)
    }

    private static func doubleColon(_ bytes: Octets, _ range: Range<Int>) -> Int? {
        guard range.count >= 2 else { return nil }
        return (range.lowerBound..<range.upperBound - 1).first { bytes.equals($0..<$0 + 2, "::") }
    }

    /// At most eight groups separated by single colons; none in an empty range.
    ///
    /// - Parameter endsAddress: whether the last two groups may be written as an IPv4 address.
    private static func groups(
        _ bytes: Octets, _ range: Range<Int>, endsAddress: Bool
    ) -> (values: SIMD8<UInt16>, count: Int)? {
        var values = SIMD8<UInt16>()
        var count = 0
        guard !range.isEmpty else { return (values, count) }
        var start = range.lowerBound
        while true {
            let end = bytes.firstIndex(of: UInt8(ascii: ":"), in: start..<range.upperBound) ?? range.upperBound
            if endsAddress, end == range.upperBound, count <= 6, let bits = ipv4Bits(bytes, start..<end) {
                values[count] = UInt16(bits >> 16)
                values[count + 1] = UInt16(truncatingIfNeeded: bits)
                return (values, count + 2)
            }
            guard count < 8, let group = hexadecimalGroup(bytes, start..<end) else { return nil }
            values[count] = group
            count += 1
            guard end < range.upperBound else { return (values, count) }
            start = end + 1
        }
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
}
