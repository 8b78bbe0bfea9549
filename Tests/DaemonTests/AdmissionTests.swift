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

    @Test("Clients without an address are bounded only together") func nameless() {
        var admission = Admission(limit: 3, perClient: 1)
        for _ in 0..<3 { #expect(admission.admit(nil) == nil) }
        #expect(admission.admit(nil) == .connections)
        for _ in 0..<3 { admission.leave(nil) }
        #expect(admission.count == 0)
    }
}
