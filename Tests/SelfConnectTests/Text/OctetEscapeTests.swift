import SelfConnect
import Testing

@Suite struct OctetEscapeTests {
    @Test(
        "Complete escapes become octets, and all else stays",
        arguments: [
            ("", ""), ("plain", "plain"), (#"my\x2dbox"#, "my-box"), (#"\x5cx2d"#, #"\x2d"#), (#"\xc3\xa4"#, "ä"),
            (#"\x2"#, #"\x2"#), (#"\x"#, #"\x"#), (#"a\"#, #"a\"#), (#"\x+2"#, #"\x+2"#), (#"\xzz"#, #"\xzz"#),
            (#"\2d"#, #"\2d"#), (#"\\x2d"#, #"\-"#),
        ])
    func hexadecimal(_ text: String, _ decoded: String) {
        #expect(OctetEscape.hexadecimal.decoded(text[...]) == decoded)
    }

    @Test(
        "The same with octal numbers",
        arguments: [
            ("", ""), (#"a\040b"#, "a b"), (#"\134040"#, #"\040"#), (#"\303\244"#, "ä"), (#"\04"#, #"\04"#),
            (#"\080"#, #"\080"#), (#"\+40"#, #"\+40"#), (#"\777"#, #"\777"#), (#"\x20"#, #"\x20"#),
        ])
    func octal(_ text: String, _ decoded: String) {
        #expect(OctetEscape.octal.decoded(text[...]) == decoded)
    }
}
