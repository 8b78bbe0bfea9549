/// Octets of a text that are written as a backslash and a number of a fixed length.
package enum OctetEscape: Sendable {
    /// `\x2d`: systemd.unit(5).
    case hexadecimal
    /// `\040`: proc_pid_mountinfo(5).
    case octal

    private var mark: String { self == .hexadecimal ? "\\x" : "\\" }
    private var digits: Int { self == .hexadecimal ? 2 : 3 }
    private var radix: Int { self == .hexadecimal ? 16 : 8 }

    /// The text with its octets. What is no complete escape stays as it is.
    package func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        var octets: [UInt8] = []
        var rest = text.utf8
        while let first = rest.first {
            let number = rest.starts(with: mark.utf8) ? octet(rest.dropFirst(mark.utf8.count)) : nil
            octets.append(number ?? first)
            rest = rest.dropFirst(number == nil ? 1 : mark.utf8.count + digits)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// The number at the beginning; nil unless all its digits are there.
    private func octet(_ text: Substring.UTF8View) -> UInt8? {
        let number = text.prefix(digits).reduce(into: (value: 0, count: 0)) { number, character in
            guard let digit = Character(UnicodeScalar(character)).hexDigitValue, digit < radix else { return }
            number = (number.value * radix + digit, number.count + 1)
        }
        return number.count == digits ? UInt8(exactly: number.value) : nil
    }
}
