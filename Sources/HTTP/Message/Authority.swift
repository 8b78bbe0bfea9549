// A host with an optional port, as in a Host field, an absolute-form target and the target of CONNECT. Many servers
// accept nearly anything here; this parser is strict, because the check against DNS rebinding must see the same host as
// the client.

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2).
package struct Authority: Sendable, Equatable {
    /// The host in lower case; an IPv6 address includes its brackets.
    package let host: String
    /// The port; nil if there is none or the colon is the last character.
    package let port: UInt16?
    /// Set if the host is an address.
    let address: AddressLiteral?

    /// Parses an authority.
    ///
    /// - Throws: 400 for user information, a second port, an invalid address, an invalid percent-encoding, a port above
    ///   65535, an empty host (RFC 9110 §4.2.1) and any character outside the grammar.
    init(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) {
        guard !range.isEmpty else { throw .malformed("The host is empty.") }
        let end: Int
        if bytes[range.lowerBound] == UInt8(ascii: "[") {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]"), in: range) else {
                throw .malformed("The host is an IPv6 address without its closing bracket.")
            }
            let inner = range.lowerBound + 1..<bracket
            address = AddressLiteral.ipv6(bytes, inner)
            guard address != nil || Authority.isFutureAddress(bytes, inner) else {
                throw .malformed("The host is in brackets but not an IPv6 address.")
            }
            end = bracket + 1
        } else {
            end = bytes.firstIndex(of: UInt8(ascii: ":"), in: range) ?? range.upperBound
            try Authority.validateName(bytes, range.lowerBound..<end)
            address = AddressLiteral.ipv4(bytes, range.lowerBound..<end)
        }
        host = bytes.lowercasedString(range.lowerBound..<end)
        port = try Authority.port(bytes, end..<range.upperBound)
    }

    /// A non-empty `reg-name`.
    private static func validateName(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) {
        guard !range.isEmpty else { throw .malformed("The host is empty.") }
        let allowed = OctetSet.registeredName
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == UInt8(ascii: "%") {
                _ = try PercentEncoding.octet(bytes, at: index, before: range.upperBound)
                index += 3
            } else if allowed.contains(bytes[index]) {
                index += 1
            } else {
                throw .malformed("The host holds a character that no host name has.")
            }
        }
    }

    /// `IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`: valid syntax, although such addresses do not
    /// exist.
    private static func isFutureAddress(_ bytes: Octets, _ range: Range<Int>) -> Bool {
        guard range.count >= 4, bytes[range.lowerBound] | 0x20 == UInt8(ascii: "v") else { return false }
        guard let dot = bytes.firstIndex(of: UInt8(ascii: "."), in: range) else { return false }
        let version = range.lowerBound + 1..<dot
        let rest = dot + 1..<range.upperBound
        guard !version.isEmpty, !rest.isEmpty else { return false }
        guard version.allSatisfy({ bytes[$0].hexadecimalValue != nil }) else { return false }
        return rest.allSatisfy { OctetSet.registeredName.contains(bytes[$0]) || bytes[$0] == UInt8(ascii: ":") }
    }

    /// The part after the host: empty, or a colon and optional digits.
    private static func port(_ bytes: Octets, _ range: Range<Int>) throws(RequestError) -> UInt16? {
        guard !range.isEmpty else { return nil }
        let digits = range.lowerBound + 1..<range.upperBound
        guard bytes[range.lowerBound] == UInt8(ascii: ":") else {
            throw .malformed("Something other than a port follows the host.")
        }
        guard !digits.isEmpty else { return nil }
        guard let number = bytes.decimal(digits), let port = UInt16(exactly: number) else {
            throw .malformed("The port is not a number from 0 to 65535.")
        }
        return port
    }
}

extension Span where Element == UInt8 {
    /// The octets in the range as text in ASCII lower case.
    fileprivate func lowercasedString(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { buffer in
            for offset in 0..<range.count { buffer[offset] = self[range.lowerBound + offset].lowercased }
            return range.count
        }
    }
}
