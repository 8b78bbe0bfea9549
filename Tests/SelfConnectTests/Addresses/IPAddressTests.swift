import SelfConnect
import Testing

/// Addresses of both families.
@Suite struct IPAddressTests {
    @Test(
        "An address has its class, its unmapped form and its destination",
        arguments: [
            // address, loopback, unspecified, unmapped, destination
            ("127.0.0.1", true, false, "127.0.0.1", "127.0.0.1"), ("127.0.1.1", true, false, "127.0.1.1", "127.0.1.1"),
            ("192.0.2.1", false, false, "192.0.2.1", "192.0.2.1"), ("0.0.0.0", false, true, "0.0.0.0", "127.0.0.1"),
            ("::", false, true, "::", "::1"), ("::1", true, false, "::1", "::1"), ("::2", false, false, "::2", "::2"),
            ("::ffff:127.0.0.2", true, false, "127.0.0.2", "127.0.0.2"),
            ("::ffff:0.0.0.0", false, true, "0.0.0.0", "127.0.0.1"),
            ("fe80::1%eth0", false, false, "fe80::1%eth0", "fe80::1%eth0"),
        ])
    func meaning(_ text: String, isLoopback: Bool, isUnspecified: Bool, unmapped: String, destination: String) throws {
        let address = try IPAddress(text)
        #expect(address.isLoopback == isLoopback && address.isUnspecified == isUnspecified)
        #expect(address.unmapped.description == unmapped && address.destination.description == destination)
        #expect(address.isIPv6 == text.contains(":") && address.description == text)
    }

    @Test("A host name, a bracket or a port is not an address", arguments: ["localhost", "[::1]", "127.0.0.1:80", ""])
    func malformed(_ text: String) {
        #expect(throws: ParseError("“\(text)” is not an IP address: write one such as 127.0.0.1 or ::1")) {
            try IPAddress(text)
        }
    }

    @Test("IPv4 sorts before IPv6, each by number and then by zone") func order() throws {
        let sorted = [
            "0.0.0.0", "127.0.0.1", "127.0.0.2", "200.0.0.1", "::", "::1", "fe80::1", "fe80::1%a", "fe80::1%b",
        ]
        let addresses = try sorted.map { try IPAddress($0) }
        #expect(addresses.reversed().sorted() == addresses)
    }
}
