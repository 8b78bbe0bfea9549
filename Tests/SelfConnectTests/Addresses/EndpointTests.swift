import SelfConnect
import Testing

/// Endpoints as text.
@Suite struct EndpointTests {
    @Test(
        "An endpoint is read and written",
        arguments: ["127.0.0.1:1", "127.0.0.1:65535", "[::1]:50010", "[fe80::1%eth0]:80", "[::ffff:127.0.0.1]:80"])
    func roundTrip(_ text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test(
        "The error of an invalid endpoint names its cause",
        arguments: [
            ("127.0.0.1", "“127.0.0.1” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
            ("", "“” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
            ("[::1]", "“[::1]” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
            ("::1:80", "“::1:80”: write an IPv6 address in brackets, as in [::1]:50010"),
            ("[127.0.0.1]:80", "“[127.0.0.1]:80”: only an IPv6 address is written in brackets"),
            ("127.0.0.1:", "“” is not a port: write a number from 1 to 65535"),
            ("127.0.0.1:0", "port 0 is not valid: ports range from 1 to 65535"),
            ("127.0.0.1:70000", "port 70000 is above 65535"),
            ("127.0.0.1:+1", "“+1” is not a port: write a number from 1 to 65535"),
            (":80", "“” is not an IP address: write one such as 127.0.0.1 or ::1"),
            ("[]:80", "“” is not an IP address: write one such as 127.0.0.1 or ::1"),
            ("localhost:80", "“localhost” is not an IP address: write one such as 127.0.0.1 or ::1"),
            ("[::1:80", "“[::1:80”: write an IPv6 address in brackets, as in [::1]:50010"),
            ("[::1]80:1", "“[::1]80:1”: write an IPv6 address in brackets, as in [::1]:50010"),
        ])
    func malformed(_ text: String, _ message: String) {
        #expect(throws: ParseError(message)) { try Endpoint(text) }
    }

    @Test("An IPv4-mapped address is unmapped, and endpoints are sorted by port first") func unmappedAndOrder() throws {
        #expect(try Endpoint("[::ffff:10.0.0.1]:80").unmapped == Endpoint("10.0.0.1:80"))
        let sorted = try ["10.0.0.1:79", "127.0.0.1:80", "[::1]:80", "10.0.0.1:81"].map { try Endpoint($0) }
        #expect(sorted.reversed().sorted() == sorted)
    }
}
