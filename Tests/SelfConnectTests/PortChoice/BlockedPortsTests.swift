import TestSupport
import Testing

@testable import SelfConnect

/// Counts with bits, compared with counts port by port.
@Suite struct BlockedPortsTests {
    private static func random(_ count: Int, _ share: Double, _ generator: inout SeededGenerator) -> BlockedPorts {
        let range = PortRange(40000, 40000 + UInt16(count) - 1)
        // Some are outside the range: they do not count.
        let around = (Int(range.first) - 50...Int(range.last) + 50).filter { _ in
            Double.random(in: 0..<1, using: &generator) < share
        }
        return BlockedPorts(PortSet(ports: around.map { UInt16($0) }), in: range)
    }

    private static let ranges = [1, 2, 3, 4, 5, 63, 64, 65, 127, 128, 129, 200, 1001]

    @Test(arguments: ranges, [0, 0.1, 0.5, 0.9, 1] as [Double])
    func `counts and runs match those of the port set`(_ count: Int, _ share: Double) {
        var generator = SeededGenerator(seed: UInt64(count))
        let blocked = Self.random(count, share, &generator)
        let isBlocked = blocked.range.ports.map { blocked.ports.contains($0) }
        #expect((0..<count).map(blocked.contains(offset:)) == isBlocked)
        for (step, parity) in [(1, 0), (2, 0), (2, 1)] {
            let walk = stride(from: parity, to: count, by: step).map { isBlocked[$0] }
            let half = stride(from: parity, to: count / 4 * 2, by: step).map { isBlocked[$0] }
            let rows = walk.split(separator: false).map(\.count)
            let counted = blocked.walk(step: step, parity: parity)
            #expect(counted.count == walk.count { $0 })
            #expect(counted.countBelow == half.count { $0 })
            #expect(counted.rows == rows)
            for place in walk.indices {
                let row = walk[..<place].reversed().prefix { $0 }.count
                #expect(blocked.row(before: place * step + parity, step: step) == row)
            }
        }
    }

    @Test(arguments: ranges, [0.1, 0.5, 1] as [Double])
    func `the ports in front of a port are counted around the ring`(_ count: Int, _ share: Double) {
        var generator = SeededGenerator(seed: UInt64(count))
        let blocked = Self.random(count, share, &generator)
        for (step, parity) in [(1, 0), (2, 0), (2, 1)] {
            let places = count / step
            for place in 0..<places {
                for width in Set([1, 2, 31, 64, 100, places]) where width <= places {
                    let before = (1...width).count { back in
                        blocked.contains(offset: (place + places - back) % places * step + parity)
                    }
                    #expect(blocked.count(before: place * step + parity, width, step: step) == before)
                }
            }
        }
    }

    @Test(arguments: [1, 3, 7, 8, 9, 20])
    func `runs of blocked ports shorten a lap as in the kernel's code`(_ length: Int) throws {
        let positions = 20 * (length + 20)
        let range = PortRange(40000, 40000 + UInt16(2 * positions) - 1)
        let offsets = (0..<positions).filter { $0 % (length + 20) < length }
        let blocked = BlockedPorts(PortSet(ports: offsets.map { range.first + UInt16(2 * $0) }), in: range)
        var choice = KernelChoice(.connect, range, blocked: blocked.ports, generator: SeededGenerator(seed: 6))
        let attempts = 40_000
        var (laps, previous) = (0, UInt16.max)
        for _ in 0..<attempts {
            let next = choice.next()
            let port = try #require(next)
            if port < previous { laps += 1 }
            previous = port
        }
        let saved = Double(positions) - Double(attempts) / Double(laps) * LoopOdds.meanStep
        let computed = blocked.walk(step: 2, parity: 0).saved
        #expect(abs(computed - saved) < 0.01 * Double(positions), "simulated \(saved), computed \(computed)")
    }

    @Test func `ports outside the range make no difference`() {
        let range = PortRange(40000, 40099)
        let inside = BlockedPorts(PortSet([PortRange(40010, 40019)]), in: range)
        #expect(BlockedPorts(PortSet([PortRange(40010, 40019), PortRange(41000, 42000)]), in: range) == inside)
    }

    @Test func `only the words from the first port to the last are stored`() {
        let bits = PortBits(PortSet(ports: [40000, 40100]), from: 32768)
        #expect(bits.stored == 113..<115)
        #expect(bits.contains(40000 - 32768) && bits.contains(40100 - 32768) && !bits.contains(40001 - 32768))
        #expect(PortBits(PortSet(), from: 32768).stored.isEmpty)
    }

    @Test func `another range, other ports or another step width make a difference`() {
        let (range, ports) = (PortRange(40000, 40099), PortSet([PortRange(40010, 40019)]))
        let blocked = BlockedPorts(ports, in: range, stepWidth: 4)
        #expect(blocked == BlockedPorts(ports, in: range, stepWidth: 4))
        #expect(blocked != BlockedPorts(ports, in: PortRange(40000, 40101), stepWidth: 4))
        #expect(blocked != BlockedPorts(PortSet(ports: [40010]), in: range, stepWidth: 4))
        #expect(blocked != BlockedPorts(ports, in: range, stepWidth: 5))
    }
}
