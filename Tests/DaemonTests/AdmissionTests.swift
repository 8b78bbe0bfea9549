import SelfConnect
import Testing

@testable import Daemon

@Suite struct AdmissionTests {
    private let first = IPAddress.loopback4
    private let second = IPAddress.loopback6

    @Test("A client address has its own bound, and all have one together") func bounds() {
        var admission = Admission(limit: 3, perClient: 2)
        #expect(admission.admit(first) == nil && admission.admit(first) == nil)
        #expect(admission.admit(first) == .perClient)
        #expect(admission.admit(second) == nil)
        #expect(admission.admit(second) == .connections)
        #expect(admission.count == 3)
    }

    @Test("Who leaves makes room, for the address and for all") func leaving() {
        var admission = Admission(limit: 2, perClient: 1)
        #expect(admission.admit(first) == nil && admission.admit(second) == nil)
        admission.leave(first)
        #expect(admission.admit(first) == nil)
        #expect(admission.admit(first) == .connections)
    }

    @Test(
        "A client is an IPv4 address, mapped or not, or a network of 64 bits, but on a link an address",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
            ("2001:db8::1", "2001:db8::ffff:0:0:2", true), ("2001:db8::1", "2001:db8:0:1::1", false),
            ("fe80::1%eth0", "fe80::2%eth0", false), ("fe80::1%eth0", "fe80::1%eth0", true),
        ])
    func clients(_ one: String, _ other: String, _ isSame: Bool) throws {
        var admission = Admission(limit: 3, perClient: 1)
        #expect(admission.admit(try IPAddress(one)) == nil)
        #expect(admission.admit(try IPAddress(other)) == (isSame ? .perClient : nil))
        admission.leave(try IPAddress(one))
        #expect(admission.admit(try IPAddress(one)) == nil)
    }

    @Test("Clients without an address are bounded only together") func nameless() {
        var admission = Admission(limit: 3, perClient: 1)
        for _ in 0..<3 { #expect(admission.admit(nil) == nil) }
        #expect(admission.admit(nil) == .connections)
        for _ in 0..<3 { admission.leave(nil) }
        #expect(admission.count == 0)
    }
}
