import Configuration
import SelfConnect
import Testing

/// Listen addresses, also as given on the command line.
@Suite struct ListenAddressTests {
    @Test(
        "An address is written in the form that was read",
        arguments: ["127.0.0.1:9293", "[::1]:9293", "0.0.0.0:1", "unix:/run/http.sock", "systemd"])
    func roundTrip(_ text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }

    @Test(
        "An invalid address to listen on is rejected",
        arguments: [
            "", "unix:", "unix:/", "unix:@name", "unix:/a\u{0}b", "Systemd", "systemd:http", "http://a:1", ":80",
        ])
    func refused(_ text: String) {
        #expect(throws: ParseError.self) { try ListenAddress(text) }
    }

    @Test("The path of a unix socket may have 107 bytes") func longPath() throws {
        #expect(throws: Never.self) { try ListenAddress("unix:/" + String(repeating: "a", count: 106)) }
        #expect(throws: ParseError.self) { try ListenAddress("unix:/" + String(repeating: "é", count: 54)) }
    }
}
