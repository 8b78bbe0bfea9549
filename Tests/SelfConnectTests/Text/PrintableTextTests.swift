import Primitives
import SelfConnect
import Testing

/// The printable form of names, for all of Unicode.
@Suite struct PrintableTextTests {
    private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

    @Test("Control characters, format characters and line separators become U+FFFD; all others stay") func all() {
        for scalar in Self.scalars {
            let isReplaced =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            guard scalar.isUnprintable != isReplaced else { continue }
            Issue.record("U+\(String(scalar.value, radix: 16))")
        }
        let text = String(String.UnicodeScalarView(Self.scalars))
        #expect(!text.printable.unicodeScalars.contains { $0.isUnprintable })
        #expect(text.printable.unicodeScalars.count == text.unicodeScalars.count)
    }

    @Test(
        "Characters that control terminals, break lines, hide text or change its direction are replaced",
        arguments: [
            0x00, 0x07, 0x0A, 0x0B, 0x0D, 0x1B, 0x7F, 0x80, 0x9B, 0x9F, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028,
            0x2029,
            0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0001, 0xE007F,
        ] as [UInt32])
    func some(_ value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect("a\(scalar)b".printable == "a\u{FFFD}b")
    }

    @Test(
        "Letters of all scripts, accents, emoji and U+FFFD stay",
        arguments: ["", "a b", "Ümläut", "日本", "🙂", "é", "\u{FFFD}"])
    func stays(_ text: String) {
        #expect(text.printable == text)
    }
}
