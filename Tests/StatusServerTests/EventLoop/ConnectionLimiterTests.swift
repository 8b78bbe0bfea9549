import SelfConnect
import Testing

@testable import StatusServer

@Suite struct ConnectionLimiterTests {
    private let first = IPAddress.loopback4
    private let second = IPAddress.loopback6

    @Test("Each client address has a limit, and all clients together have one") func bounds() {
        var admission = ConnectionLimiter(limit: 3, perClient: 2)
        #expect(admission.admit(first) == nil && admission.admit(first) == nil)
        #expect(admission.admit(first) == .perClient)
        #expect(admission.admit(second) == nil)
        #expect(admission.admit(second) == .connections)
        #expect(admission.count == 3)
    }

    @Test("A client that leaves frees its place for its address and for all") func leaving() {
        var admission = ConnectionLimiter(limit: 2, perClient: 1)
        #expect(admission.admit(first) == nil && admission.admit(second) == nil)
        admission.leave(first)
        #expect(admission.admit(first) == nil)
        #expect(admission.admit(first) == .perClient && admission.admit(nil) == .connections)
    }

    @Test(
        "A client is 127.0.0.0/8, another IPv4 address, mapped or not, an IPv6 /64 network, or a link-local address",
        arguments: [
            ("127.0.0.1", "127.0.0.9", true), ("127.0.0.1", "::ffff:127.255.0.1", true), ("127.0.0.1", "::1", false),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
            ("2001:db8::1", "2001:db8::ffff:0:0:2", true), ("2001:db8::1", "2001:db8:0:1::1", false),
            ("fe80::1%eth0", "fe80::2%eth0", false), ("fe80::1%eth0", "fe80::1%eth0", true),
        ])
    func clients(_ one: String, _ other: String, _ isSame: Bool) throws {
        var admission = ConnectionLimiter(limit: 3, perClient: 1)
        #expect(admission.admit(try IPAddress(one)) == nil)
        #expect(admission.admit(try IPAddress(other)) == (isSame ? .perClient : nil))
        admission.leave(try IPAddress(one))
        #expect(admission.admit(try IPAddress(one)) == nil)
    }

    @Test("The client with the most connections and the number of each client are known") func largest() throws {
        var admission = ConnectionLimiter(limit: 9, perClient: 9)
        #expect(admission.largest == nil)
        for address in ["192.0.2.1", "127.0.0.1", "127.0.0.2"] {
            #expect(admission.admit(try IPAddress(address)) == nil)
        }
        #expect(admission.largest == .host(.loopback4) && admission[.host(.loopback4)] == 2)
        for _ in 0..<3 { #expect(admission.admit(nil) == nil) }
        #expect(admission.largest == .nameless)
        for _ in 0..<3 { admission.leave(nil) }
        admission.leave(try IPAddress("127.0.0.2"))
        admission.leave(try IPAddress("127.0.0.1"))
        #expect(admission.largest == .host(try IPAddress("192.0.2.1")) && admission[.host(.loopback4)] == 0)
    }

    @Test("Clients without an address have only the common limit") func nameless() {
        var admission = ConnectionLimiter(limit: 3, perClient: 1)
        for _ in 0..<3 { #expect(admission.admit(nil) == nil) }
        #expect(admission.admit(nil) == .connections)
        for _ in 0..<3 { admission.leave(nil) }
        #expect(admission.count == 0)
    }
}
