import Testing

@testable import SelfConnect

/// The starts from which a walk leads to a port.
@Suite struct PortWalkTests {
    @Test("Only as many starts before a port are examined as matter, not the whole lap") func approach() {
        let blocked = BlockedPorts(PortSet([PortRange(50000, 50003)]), in: PortRange(32768, 60999))
        let walk = PortWalk(to: 50010, .connect, blocked: blocked, lowerHalf: false)
        #expect(walk.approach.count { $0.passed == 0 } == 64)
        #expect(walk.approach.count == 66)
    }
}
