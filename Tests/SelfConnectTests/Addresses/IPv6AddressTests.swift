import SelfConnect
import TestSupport
import Testing

/// Parsing according to RFC 4291 §2.2, formatting according to RFC 5952.
@Suite struct IPv6AddressTests {
    @Test(
        "Every form of RFC 4291 is read and written in the canonical form of RFC 5952",
        arguments: [
            ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
            ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
            ("FF01:0:0:0:0:0:0:101", "ff01::101"), ("0:0:0:0:0:0:0:1", "::1"), ("0:0:0:0:0:0:0:0", "::"),
            ("::", "::"), ("1::", "1::"), ("::1", "::1"), ("1::8", "1::8"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("0:0:0:0:0:0:13.1.68.3", "::d01:4403"),
            ("::13.1.68.3", "::d01:4403"),
            ("0:0:0:0:0:FFFF:129.144.52.38", "::ffff:129.144.52.38"), ("::ffff:7f00:1", "::ffff:127.0.0.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            // RFC 5952 §4.1 leading zeros, §4.2.1 shortest, §4.2.2 no :: for one group, §4.2.3 longest, then first
            ("2001:0db8::0001", "2001:db8::1"), ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::1:0:0:0:0:0:0", "0:1::"),
            ("fe80::1%eth0", "fe80::1%eth0"), ("FE80::1%2", "fe80::1%2"), ("febf::1%a.b-c_d@e", "febf::1%a.b-c_d@e"),
        ])
    func canonical(_ text: String, _ expected: String) throws {
        let address = try IPv6Address(text)
        #expect(address.description == expected)
        #expect(try IPv6Address(expected) == address)
    }

    @Test(
        "Text that is not an address is rejected",
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
            "1::2::3",
            ":1", "1:", "1:::2", ":1:2:3:4:5:6:7", "12345::", "g::", "+1::", "-1::", "::+1", "1.2.3.4", "1.2.3.4::",
            "1.2.3.4::1", "::1.2.3.4:5", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", " ::1",
            "::1 ",
            "[::1]", "::1/128", "::１", "fe80::1%", "fe80::1%eth0/64", "fe80::1%a b", "fe80::1%a\n", "fe80::1%a%b",
            "fe80::1%sixteen-letters-",
        ])
    func malformed(_ text: String) {
        #expect(throws: ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")) {
            try IPv6Address(text)
        }
    }

    @Test("Only a link-local address has a zone", arguments: ["::1%lo", "2001:db8::1%eth0", "fec0::1%eth0"])
    func zone(_ text: String) {
        #expect(throws: ParseError("“\(text)” has a zone, which only link-local addresses have")) {
            try IPv6Address(text)
        }
    }

    @Test("Random addresses survive a round trip through their text", arguments: [1, 2, 3] as [UInt64]) func roundTrip(
        _ seed: UInt64
    )
        throws
    {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            // Few bits set, so that there are runs of zeros.
            let address = IPv6Address(
                high: generator.next() & generator.next() & generator.next(),
                low: generator.next() & generator.next() & generator.next() & generator.next())
            #expect(try IPv6Address(address.description) == address)
        }
    }

    @Test("Only an IPv4-mapped address has an IPv4 address") func mapped() throws {
        #expect(IPv6Address(mapping: .loopback).description == "::ffff:127.0.0.1")
        #expect(IPv6Address(mapping: .loopback).mapped == .loopback)
        #expect(try IPv6Address("::127.0.0.1").mapped == nil && IPv6Address("1::ffff:127.0.0.1").mapped == nil)
    }
}
