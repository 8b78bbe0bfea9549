import Testing

@testable import Reporting

/// Lines broken at spaces.
@Suite struct LineBreaksTests {
    @Test(
        "Each line fits, and no word is broken",
        arguments: [
            ("", 10, [""]), ("one two", 10, ["one two"]), ("one two three", 7, ["one two", "  three"]),
            ("one two three", 6, ["one", "  two", "  three"]), ("  one two", 6, ["  one", "  two"]),
            ("  key   a b c", 9, ["  key   a", "  b c"]), ("one  two", 4, ["one", "  two"]),
            ("a very-long-word b", 6, ["a", "  very-long-word", "  b"]), ("unbreakable", 4, ["unbreakable"]),
        ])
    func lines(_ text: String, _ width: Int, _ expected: [String]) {
        #expect(LineBreaks.lines(of: text, width: width, indent: 2) == expected)
    }

    @Test("At every width the words are those of the text, and a line is too long only with a single word")
    func anyWidth() {
        let text = "  connect    likely, about 12548 attempts [self-connected]; 日本語 テスト e\u{301}tat 👩‍👩‍👧 ok"
        let words = text.split(separator: " ")
        for width in 1...100 {
            let lines = LineBreaks.lines(of: text, width: width, indent: 2)
            #expect(lines.flatMap { $0.split(separator: " ") } == words)
            #expect(lines.allSatisfy { $0.columns <= width || $0.split(separator: " ").count == 1 }, "\(width)")
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        }
    }

    @Test(
        "Wide characters take two columns, and marks none",
        arguments: [
            ("", 0), ("port", 4), ("日本", 4), ("한글", 4), ("e\u{301}", 1), ("\u{301}", 0), ("👩‍👩‍👧", 2), ("“x”…", 4),
            ("ﬁ", 1), ("Ａ", 2), ("\u{1100}\u{1161}", 2), ("\u{FFFD}", 1),
        ])
    func columns(_ text: String, _ expected: Int) {
        #expect(text.columns == expected)
    }

    @Test("A beginning that fits does not end in half a character") func prefix() {
        #expect("日本語".prefix(columns: 5) == "日本" && "abc".prefix(columns: 2) == "ab" && "abc".prefix(columns: 0) == "")
    }
}
