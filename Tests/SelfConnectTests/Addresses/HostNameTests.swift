import SelfConnect
import Testing

/// Names that a resolver may be asked for.
@Suite struct HostNameTests {
    @Test(
        "Labels of letters, digits and hyphens are a name",
        arguments: [
            "myhost", "db1.example.org", "a-b", "_srv.example", "0fd3a2b1c9e4", "10.example", "0xylophone", "3com",
            String(repeating: "a", count: 63),
        ])
    func names(_ text: String) {
        #expect(HostName(text)?.description == text)
    }

    @Test(
        "What inet_aton reads as an address, and what no resolver knows, is none",
        arguments: [
            "", ".", "a..b", "a.", "-a", "127.1", "127.0.0.300", "2130706433", "0x7f000001", "0X7F", "a.0x", "a b",
            "a/b",
            "[::1]", "::1", "hôte", "a\n", String(repeating: "a", count: 64),
            (0..<85).map { _ in "aa" }.joined(separator: "."),
        ])
    func others(_ text: String) {
        #expect(HostName(text) == nil)
    }
}
