import SelfConnect
import TestSupport
import Testing

/// The effect of time on the odds, and of the ports that different clients skip.
@Suite struct PortChoiceTests {
    private static let range = PortRange(40000, 40999)

    /// The mean number of attempts of simulated clients, each with a new start after every `period` attempts.
    private static func mean(_ choice: KernelChoice, of port: UInt16, period: Int = .max) -> Double {
        var choice = choice
        let clients = 1500
        let attempts = (0..<clients).reduce(0) { total, _ in
            choice.renewSalt()
            var attempts = 1
            while choice.next() != port {
                if attempts % period == 0 { choice.renewSalt() }
                attempts += 1
            }
            return total + attempts
        }
        return Double(attempts) / Double(clients)
    }

    @Test(arguments: [0.5, 1, 5, 10, 100])
    func `the mean time counts the kernel's reshuffle every ten seconds`(_ rate: Double) throws {
        let choice = KernelChoice(.connect, Self.range, blocked: PortSet(), generator: SeededGenerator(seed: 5))
        let mean = Self.mean(choice, of: 40200, period: Int(10 * rate)) / rate
        let odds = PortChoice(KernelFacts(ephemeralRange: Self.range)).odds(of: 40200, for: .connect)
        let time = try #require(odds.meanTime(attemptsPerSecond: rate)) / .seconds(1)
        // Four standard errors and some margin.
        #expect(abs(time - mean) < mean * 0.13, "simulated \(mean), expected \(time)")
    }

    @Test func `a port that is never given has no mean time`() {
        let choice = PortChoice(KernelFacts(ephemeralRange: Self.range))
        #expect(choice.odds(of: 40201, for: .connect).meanTime(attemptsPerSecond: 1) == nil)
        #expect(choice.odds(of: 40200, for: .connect).meanTime(attemptsPerSecond: 0) == nil)
    }

    @Test func `bound sockets of every address block connect, those of its own address block bind`() {
        let used = BlockedPorts(PortSet(ports: (0..<500).map { 40001 + 2 * $0 }), in: Self.range)
        let none = BlockedPorts(PortSet(), in: Self.range)
        let elsewhere = PortChoice(atConnect: used, atBind: none)
        #expect(elsewhere.odds(of: 40200, for: .bind).level == .rare)
        let here = PortChoice(atConnect: used, atBind: used)
        #expect(here.odds(of: 40200, for: .bind).level == .likely, "its own parity is used up")
    }

    @Test(arguments: Self.range.ports.prefix(4))
    func `range clients use the walk of connect if the kernel makes them`(_ port: UInt16) {
        let choice = PortChoice(KernelFacts(ephemeralRange: Self.range, rangeWalksBothParities: false))
        #expect(choice.odds(of: port, for: .range) == choice.odds(of: port, for: .connect))
        let unknown = PortChoice(KernelFacts(ephemeralRange: Self.range, rangeWalksBothParities: nil))
        #expect(unknown.odds(of: port, for: .range).level == .likely)
    }
}
