import SelfConnect
import Testing

/// Parsing and formatting of IPv4 addresses.
@Suite struct IPv4AddressTests {
    @Test(
        "Dotted decimal is read and written",
        arguments: [
            ("0.0.0.0", 0), ("127.0.0.1", 0x7F00_0001), ("127.255.255.254", 0x7FFF_FFFE), ("10.200.3.40", 0x0AC8_0328),
            ("255.255.255.255", 0xFFFF_FFFF),
        ] as [(String, UInt32)])
    func wellFormed(_ text: String, _ bits: UInt32) throws {
        #expect(try IPv4Address(text).bits == bits)
        #expect(IPv4Address(bits: bits).description == text)
    }

    @Test(
        "Any other text is rejected, including what inet_aton(3) accepts",
        arguments: [
            "", "1", "127.1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.999", "-1.2.3.4",
            "+1.2.3.4", "01.2.3.4", "010.0.0.1", "0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.４", "a.b.c.d",
            "00.0.0.0", "1.2.3.4/8", "2130706433", "localhost",
        ])
    func malformed(_ text: String) {
        #expect(throws: ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")) {
            try IPv4Address(text)
        }
    }

    @Test("All of 127.0.0.0/8 is loopback, and nothing else") func loopback() throws {
        for (text, expected) in [
            ("127.0.0.0", true), ("127.255.255.255", true), ("126.255.255.255", false), ("128.0.0.0", false),
        ] {
            #expect(try IPv4Address(text).isLoopback == expected)
        }
    }
}
