import SelfConnect
import Testing

@testable import Probing

@Suite struct SilentAddressesTests {
    @Test("Silent ports of an address do not keep its other ports from being probed") func separate() {
        var addresses = SilentAddresses()
        for _ in 0..<SilentAddresses.limitOfSilent { addresses.record(.loopback4, hasTimedOut: true, wasSilent: true) }
        #expect(!addresses.admits(.loopback4, wasSilent: true))
        #expect(addresses.admits(.loopback4, wasSilent: false) && addresses.admits(.loopback6, wasSilent: true))
        for _ in 0..<SilentAddresses.limit { addresses.record(.loopback4, hasTimedOut: true, wasSilent: false) }
        #expect(!addresses.admits(.loopback4, wasSilent: false))
        addresses.beginPass()
        #expect(addresses.admits(.loopback4, wasSilent: true) && addresses.admits(.loopback4, wasSilent: false))
    }

    @Test("After a timeout attempts to the address are brief, until one is answered") func brief() {
        var addresses = SilentAddresses()
        let full = Duration.milliseconds(250)
        #expect(addresses.timeout(for: .loopback4, atMost: full) == full)
        addresses.record(.loopback4, hasTimedOut: true, wasSilent: false)
        #expect(addresses.timeout(for: .loopback4, atMost: full) == SilentAddresses.briefTimeout)
        addresses.record(.loopback4, hasTimedOut: false, wasSilent: false)
        #expect(addresses.timeout(for: .loopback4, atMost: full) == full)
    }
}
