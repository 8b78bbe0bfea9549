import Testing

@testable import SelfConnect

/// Hints for misspelt words.
@Suite struct SpellingTests {
    @Test(
        "The distance counts letters that are added, omitted, replaced or swapped",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("abc", "ab", 1),
            ("abc", "xabc", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ])
    func distance(_ left: String, _ right: String, _ expected: Int) {
        #expect(Spelling.distance(left, right) == expected)
        #expect(Spelling.distance(right, left) == expected)
    }

    @Test(
        "A hint is given if exactly one word is similar",
        arguments: [
            ("intervall", "interval"), ("Interval", "interval"), ("intreval", "interval"), ("time", "timeout"),
            ("lop", "loop"), ("colour", nil), ("", nil), ("in", nil), (String(repeating: "interval", count: 9), nil),
        ] as [(String, String?)])
    func nearest(_ word: String, _ expected: String?) {
        #expect(Spelling.nearest(to: word, among: ["interval", "timeout", "loop"]) == expected)
    }
}
