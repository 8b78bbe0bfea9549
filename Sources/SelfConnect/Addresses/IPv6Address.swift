/// An IPv6 address.
package struct IPv6Address: Hashable, Sendable {
    /// The first 64 bits, in host byte order.
    package let high: UInt64
    /// The last 64 bits, in host byte order.
    package let low: UInt64
    /// The interface of a link-local address, by name or number (RFC 4007 §11), such as `eth0`.
    package let zone: String?

    /// ::1.
    package static let loopback = IPv6Address(high: 0, low: 1)

    /// An address of these bits.
    package init(high: UInt64, low: UInt64, zone: String? = nil) {
        self.high = high
        self.low = low
        self.zone = zone
    }

    /// `::ffff:a.b.c.d`.
    package init(mapping address: IPv4Address) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address.bits))
    }

    /// Parses the forms of RFC 4291 §2.2, with an optional `%zone` after a link-local address.
    package init(_ text: some StringProtocol) throws(ParseError) {
        let malformed = ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")
        let halves = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let groups = Self.groups(halves[0]) else { throw malformed }
        high = groups[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
        zone = halves.count == 2 ? String(halves[1]) : nil
        if let zone {
            guard Self.isInterfaceName(zone) else { throw malformed }
            guard isLinkLocal else {
                throw ParseError("“\(text)” has a zone, which only link-local addresses have")
            }
        }
    }

    /// Whether it is ::1.
    package var isLoopback: Bool { high == 0 && low == 1 }

    /// Whether it is in fe80::/10, where an address is ambiguous without its zone.
    package var isLinkLocal: Bool { high >> 54 == 0xFE80 >> 6 }

    /// The IPv4 address in `::ffff:a.b.c.d`.
    package var mapped: IPv4Address? {
        high == 0 && low >> 32 == 0xFFFF ? IPv4Address(bits: UInt32(truncatingIfNeeded: low)) : nil
    }

    /// Whether the kernel accepts it as an interface name (`dev_valid_name`); ASCII only.
    private static func isInterfaceName(_ text: String) -> Bool {
        let isPrintable = text.utf8.allSatisfy { (UInt8(ascii: "!")...UInt8(ascii: "~")).contains($0) }
        return isPrintable && (1...15).contains(text.utf8.count) && !text.contains { "/:%[]".contains($0) }
    }

    private static func groups(_ text: some StringProtocol) -> [UInt16]? {
        guard let gap = doubleColon(in: text) else {
            return list(text, mayEndInIPv4: true).flatMap { $0.count == 8 ? $0 : nil }
        }
        guard let front = list(text[..<gap.lowerBound], mayEndInIPv4: false),
            let back = list(text[gap.upperBound...], mayEndInIPv4: true),
            front.count + back.count < 8
        else { return nil }
        return front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
    }

    private static func doubleColon<Text: StringProtocol>(in text: Text) -> Range<Text.Index>? {
        guard let first = text.indices.first(where: { text[$0...].hasPrefix("::") }) else { return nil }
        return first..<text.index(first, offsetBy: 2)
    }

    /// Groups of one to four hexadecimal digits; the last two groups of an address may be an IPv4 address.
    private static func list(_ text: some StringProtocol, mayEndInIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, let tail = try? IPv4Address(part) {
                groups += [UInt16(tail.bits >> 16), UInt16(tail.bits & 0xFFFF)]
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                part.utf8.first != UInt8(ascii: "-"), let group = UInt16(part, radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical form of RFC 5952: lower case, the longest run of two or more zero groups as `::`, mapped addresses
    /// in dotted notation.
    package var description: String {
        let suffix = zone.map { "%" + $0 } ?? ""
        if let mapped { return "::ffff:\(mapped)" + suffix }
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - index % 4 * 16))
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let gap = Self.longestZeros(groups) else { return text(0..<8) + suffix }
        return text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8) + suffix
    }

    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for index in 0..<groups.count {
            guard groups[index] == 0 else {
                start = index + 1
                continue
            }
            let run = start..<index + 1
            if run.count >= 2, run.count > best?.count ?? 0 { best = run }
        }
        return best
    }
}
