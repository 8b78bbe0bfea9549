/// An IPv4 address.
package struct IPv4Address: Hashable, Sendable {
    /// The 32 bits in host byte order: 127.0.0.1 is 0x7F000001.
    package let bits: UInt32

    /// 127.0.0.1.
    package static let loopback = IPv4Address(bits: 0x7F00_0001)

    /// An address of these bits, in host order.
    package init(bits: UInt32) {
        self.bits = bits
    }

    /// Parses four decimal numbers from 0 to 255, separated by dots.
    ///
    /// Leading zeros are rejected: some programs parse them as octal, so `010.0.0.1` is ambiguous.
    package init(_ text: some StringProtocol) throws(ParseError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else {
            throw ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")
        }
        var bits: UInt32 = 0
        for part in parts {
            guard let octet = Self.octet(part) else {
                throw ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")
            }
            bits = bits << 8 | UInt32(octet)
        }
        self.bits = bits
    }

    /// Whether it is in 127.0.0.0/8.
    package var isLoopback: Bool { bits >> 24 == 127 }

    private static func octet(_ part: some StringProtocol) -> UInt8? {
        let isDecimal = part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isDecimal, part == "0" || part.utf8.first != UInt8(ascii: "0") else { return nil }
        return UInt8(part)
    }
}

extension IPv4Address: CustomStringConvertible {
    /// Dotted decimal.
    package var description: String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }
}
