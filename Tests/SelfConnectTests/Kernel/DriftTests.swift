import SelfConnect
import Testing

/// Reports of changes of the kernel facts.
@Suite struct DriftTests {
    private static let facts = facts()
    private static let moment = Timestamp(nanoseconds: 1_790_000_000_000_000_000)

    private static func facts(
        from first: UInt16 = 32768, reserving ports: [UInt16] = [], step: Int? = nil, autobindReuse: Bool = false
    ) -> KernelFacts {
        KernelFacts(
            ephemeralRange: PortRange(first, 60999), reservedPorts: PortSet(ports: ports), stepWidth: step,
            autobindReuse: autobindReuse)
    }

    @Test(
        "Each change of the facts about port choice is described and counted",
        arguments: [
            (facts(from: 10000), "the ephemeral range went from 32768-60999 to 10000-60999"),
            (facts(reserving: [50010]), "the reserved ports from none to 50010"),
            (
                facts(reserving: Array(stride(from: 40000, to: 40018, by: 2))),
                "the reserved ports from none to 9 ports in 9 ranges"
            ),
            (facts(step: 2), "the port step width from 0 to 2"),
            (facts(autobindReuse: true), "net.ipv4.ip_autobind_reuse from 0 to 1"),
            (
                facts(from: 10000, reserving: [50010]),
                "the ephemeral range went from 32768-60999 to 10000-60999; the reserved ports from none to 50010"
            ),
        ])
    func changes(_ facts: KernelFacts, _ expected: String) {
        var drift = Drift(Self.facts)
        let change = drift.record(facts, at: Self.moment)
        #expect(change == expected)
        #expect(drift.count == 1 && drift.last == Self.moment)
        let repeated = drift.record(facts, at: Timestamp(nanoseconds: 1_790_000_009_000_000_000))
        #expect(repeated == nil)
        #expect(drift.count == 1 && drift.last == Self.moment && drift.initial == Self.facts && drift.current == facts)
    }

    @Test func `A change of the source of socket data is recorded but is no drift`() {
        var drift = Drift(Self.facts)
        var facts = Self.facts
        facts.sockets = .procNet
        let change = drift.record(facts, at: Self.moment)
        #expect(change == nil)
        #expect(drift.count == 0 && drift.last == nil && drift.current == facts)
    }
}
