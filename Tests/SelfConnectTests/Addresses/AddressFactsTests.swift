import SelfConnect
import Testing

/// Which clients get a target's own address as the source.
@Suite struct AddressFactsTests {
    @Test(
        "The source of a client that binds is the address; others have the route's source",
        arguments: [
            ("127.0.0.1", "127.0.0.1", true, true), ("127.0.1.1", "127.0.0.1", false, true),
            ("0.0.0.0", "127.0.0.1", true, true), ("::", "::1", true, true), ("::1", "::1", true, true),
            ("::ffff:127.0.0.1", "::ffff:127.0.0.1", true, true), ("::ffff:127.0.0.1", "127.0.0.1", true, true),
            ("::ffff:127.0.0.2", "::ffff:127.0.0.1", false, true), ("127.0.0.1", nil, false, true),
        ] as [(String, String?, Bool, Bool)])
    func loops(_ text: String, _ source: String?, _ connect: Bool, _ bind: Bool) throws {
        let address = try IPAddress(text)
        let facts = AddressFacts(isOwn: true, routeSource: try source.map { try IPAddress($0) })
        #expect(facts.loops(.connect, to: address) == connect && facts.loops(.range, to: address) == connect)
        #expect(facts.loops(.bind, to: address) == bind && facts.loops(.bindLate, to: address) == bind)
        let foreign = AddressFacts(isOwn: false, routeSource: facts.routeSource)
        #expect(ClientKind.allCases.allSatisfy { !foreign.loops($0, to: address) })
    }
}
