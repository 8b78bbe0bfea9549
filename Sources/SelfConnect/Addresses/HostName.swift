/// The name of a host, as resolvers take it.
package struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// Labels with dots between them.
    package let description: String

    /// RFC 1123 §2.1, and underscores: labels of letters, digits and hyphens; 253 octets at most, 63 in a label. The last
    /// label is not a number, neither decimal nor hexadecimal: inet_aton(3) takes such a text for an address, and a resolver
    /// would ask the network for an address that is misspelt.
    package init?(_ text: some StringProtocol) {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy({ Self.isLabel($0.utf8) }), let last = labels.last,
            !Self.isNumber(last.lowercased())
        else { return nil }
        description = String(text)
    }

    private static func isNumber(_ label: String) -> Bool {
        label.hasPrefix("0x") ? label.dropFirst(2).allSatisfy(\.isHexDigit) : label.allSatisfy(\.isNumber)
    }

    private static func isLabel(_ label: some Collection<UInt8>) -> Bool {
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
            && label.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: false
                }
            }
    }
}
