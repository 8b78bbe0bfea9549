import SelfConnect
import Testing

/// Port numbers as text.
@Suite struct PortTests {
    @Test(
        "Ports from 1 to 65535 are read",
        arguments: [("1", 1), ("50010", 50010), ("65535", 65535)] as [(String, UInt16)])
    func wellFormed(_ text: String, _ port: UInt16) throws {
        #expect(try Port.parse(text) == port)
    }

    @Test(
        "Any other text is rejected with the violated rule",
        arguments: [
            ("", "“” is not a port: write a number from 1 to 65535"),
            ("-1", "“-1” is not a port: write a number from 1 to 65535"),
            ("+1", "“+1” is not a port: write a number from 1 to 65535"),
            (" 1", "“ 1” is not a port: write a number from 1 to 65535"),
            ("1.5", "“1.5” is not a port: write a number from 1 to 65535"),
            ("0x50", "“0x50” is not a port: write a number from 1 to 65535"),
            ("٣", "“٣” is not a port: write a number from 1 to 65535"),
            ("0", "port 0 is not valid: ports range from 1 to 65535"),
            ("65536", "port 65536 is above 65535"),
            ("99999999999999999999", "port 99999999999999999999 is above 65535"),
        ])
    func malformed(_ text: String, _ message: String) {
        #expect(throws: ParseError(message)) { try Port.parse(text) }
    }
}
