import SelfConnect
import Testing

@testable import Probing

@Suite struct SilentAddressesTests {
    @Test("Silent ports of an address do not keep its other ports from being probed") func separate() {
        var addresses = SilentAddresses()
        for silence in [SilentAddresses.Silence.recent, .old] {
            for _ in 0..<SilentAddresses.limit(silence) { addresses.record(.loopback4, hasTimedOut: true, silence) }
            #expect(!addresses.admits(.loopback4, silence) && addresses.admits(.loopback6, silence))
        }
        #expect(addresses.admits(.loopback4, .none))
        for _ in 0..<SilentAddresses.limit(.none) { addresses.record(.loopback4, hasTimedOut: true, .none) }
        #expect(!addresses.admits(.loopback4, .none))
        addresses.beginPass()
        #expect(addresses.admits(.loopback4, .none) && addresses.admits(.loopback4, .recent))
    }

    @Test("After a timeout attempts to the address are brief, in this pass and the next, whatever other ports answer")
    func brief() {
        var addresses = SilentAddresses()
        let full = Duration.milliseconds(250)
        #expect(addresses.timeout(for: .loopback4, atMost: full) == full)
        addresses.record(.loopback4, hasTimedOut: true, .none)
        addresses.record(.loopback4, hasTimedOut: false, .none)
        #expect(addresses.timeout(for: .loopback4, atMost: full) == SilentAddresses.briefTimeout)
        #expect(addresses.timeout(for: .loopback6, atMost: full) == full)
        addresses.beginPass()
        #expect(addresses.timeout(for: .loopback4, atMost: full) == SilentAddresses.briefTimeout)
        addresses.beginPass()
        #expect(addresses.timeout(for: .loopback4, atMost: full) == full, "the last pass had no timeout")
    }

    @Test("A port of which the filter has gone is probed, whatever remains silent before it in each pass")
    func turns() {
        // Every second port of 81 stays silent, the others answer from the first pass on that probes them.
        var results = [ProbeResults?](repeating: nil, count: 81)
        var now = Timestamp(nanoseconds: 0)
        var addresses = SilentAddresses()
        func pass(answering: (Int) -> Bool) {
            addresses.beginPass()
            for port in results.indices {
                let silence = SilentAddresses.Silence(of: results[port], at: now)
                guard addresses.admits(.loopback4, silence) else { continue }
                let outcome: Observation.Outcome = answering(port) ? .selfConnected : .timedOut
                let observation = Observation(client: .connect, outcome: outcome, at: now, attempts: 1)
                results[port] = ProbeResults(directed: [.connect: observation])
                addresses.record(.loopback4, hasTimedOut: outcome == .timedOut, silence)
            }
            now = Timestamp(nanoseconds: now.nanoseconds + 30_000_000_000)
        }
        for _ in 0..<10 { pass { _ in false } }
        #expect(results.allSatisfy { $0?.isSilent == true })
        for _ in 0..<40 { pass { !$0.isMultiple(of: 2) } }
        #expect(results.indices.allSatisfy { results[$0]?.isSilent == $0.isMultiple(of: 2) })
    }
}
