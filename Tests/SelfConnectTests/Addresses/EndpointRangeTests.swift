import SelfConnect
import Testing

/// Ranges of endpoints as text.
@Suite struct EndpointRangeTests {
    @Test(
        "A range is read and written, and so is a single endpoint",
        arguments: [
            "127.0.0.1:50000-50199", "127.0.0.1:50010", "[::1]:50000-50009", "[fe80::1%eth0]:80", "0.0.0.0:1-65535",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try EndpointRange(text).description == text)
    }

    @Test(
        "The error of an invalid range names its cause",
        arguments: [
            ("127.0.0.1", "“127.0.0.1” has no port: write ADDRESS:PORT or [IPv6]:PORT"),
            ("127.0.0.1:50199-50000", "the range 50199-50000 is empty: 50199 is above 50000"),
            ("127.0.0.1:0-5", "port 0 is not valid: ports range from 1 to 65535"),
            ("127.0.0.1:1-70000", "port 70000 is above 65535"),
            ("127.0.0.1:1-2-3", "“2-3” is not a port: write a number from 1 to 65535"),
            ("127.0.0.1:5-", "“” is not a port: write a number from 1 to 65535"),
            ("::1:80-90", "“::1:80-90”: write an IPv6 address in brackets, as in [::1]:50010"),
        ])
    func malformed(_ text: String, _ message: String) {
        #expect(throws: ParseError(message)) { try EndpointRange(text) }
    }

    @Test("Ranges have their endpoints in order, each once, and mapped addresses as IPv4") func endpoints() throws {
        let ranges = try ["127.0.0.1:3-5", "[::1]:4", "[::ffff:127.0.0.1]:4-6"].map { try EndpointRange($0) }
        #expect(
            EndpointRange.endpoints(of: ranges).map(\.description)
                == ["127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:5", "[::1]:4", "127.0.0.1:6"])
    }

    @Test("The fewest ranges for endpoints have these and no others") func ranges() throws {
        let endpoints = try ["[::1]:7", "127.0.0.1:5", "127.0.0.1:3", "127.0.0.1:4", "127.0.0.1:9"].map {
            try Endpoint($0)
        }
        let ranges = EndpointRange.ranges(of: endpoints)
        #expect(ranges.map(\.description) == ["127.0.0.1:3-5", "127.0.0.1:9", "[::1]:7"])
        #expect(Set(EndpointRange.endpoints(of: ranges)) == Set(endpoints))
    }
}
