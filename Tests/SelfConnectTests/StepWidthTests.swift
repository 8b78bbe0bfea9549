// The odds with net.ipv4.ip_local_port_step_width, compared with KernelChoice, a model of the kernel's code, and with
// Linux 7.3.

import SelfConnect
import TestSupport
import Testing

/// A range whose ports are skipped with random steps, and a port in it.
struct SpacedSituation: Sendable, CustomTestStringConvertible {
    let port: UInt16
    let width: Int
    var kind = ClientKind.connect
    var range = PortRange(40000, 40199)
    var blocked = PortSet([PortRange(40020, 40059)])
    /// Permitted error of the mean, in addition to the simulation's own error.
    var tolerance = 0.07

    var odds: LoopOdds { odds(width) }

    func odds(_ width: Int?) -> LoopOdds {
        PortChoice(KernelFacts(ephemeralRange: range, stepWidth: width), passingOver: blocked).odds(of: port, for: kind)
    }

    var testDescription: String { "\(port) for \(kind.rawValue) in \(range) without \(blocked), width \(width)" }

    /// The mean number of attempts of this many clients, each with its own start.
    func simulate(_ clients: Int) -> Double {
        var choice = KernelChoice(
            kind, range, blocked: blocked.subtracting(PortSet(ports: [port])), stepWidth: width,
            generator: SeededGenerator(seed: 20_261_129))
        let attempts = (0..<clients).reduce(0) { total, _ in
            choice.renewSalt()
            var attempts = 1
            while choice.next() != port && attempts < 1_000_000 { attempts += 1 }
            return total + attempts
        }
        return Double(attempts) / Double(clients)
    }
}

@Suite struct StepWidthTests {
    private static let odd = PortRange(40000, 40100)
    private static let large = PortRange(40000, 40999)
    private static let block = PortSet([PortRange(40400, 40499)])
    private static let atTheTop = PortSet([PortRange(40094, 40099)])

    static let situations: [SpacedSituation] = [
        // Directly after the block, and further on: where steps may lead, and where not.
        SpacedSituation(port: 40060, width: 2, tolerance: 0.12), SpacedSituation(port: 40060, width: 4),
        SpacedSituation(port: 40060, width: 16), SpacedSituation(port: 40062, width: 4),
        SpacedSituation(port: 40064, width: 4), SpacedSituation(port: 40064, width: 16),
        SpacedSituation(port: 40066, width: 4), SpacedSituation(port: 40066, width: 16),
        SpacedSituation(port: 40150, width: 4), SpacedSituation(port: 40150, width: 16),
        // As wide as the range, and wider.
        SpacedSituation(port: 40064, width: 100), SpacedSituation(port: 40064, width: 1000),
        SpacedSituation(port: 40150, width: 1000), SpacedSituation(port: 40000, width: 1000),
        // The port itself is blocked: it counts as free.
        SpacedSituation(port: 40040, width: 4), SpacedSituation(port: 40058, width: 16),
        // Nothing is blocked.
        SpacedSituation(port: 40066, width: 4, blocked: PortSet()),
        // Ports of both parities.
        SpacedSituation(port: 40060, width: 4, kind: .range, tolerance: 0.14),
        SpacedSituation(port: 40061, width: 4, kind: .range, tolerance: 0.12),
        SpacedSituation(port: 40062, width: 16, kind: .range), SpacedSituation(port: 40161, width: 16, kind: .range),
        // An odd number of ports: the top one replaces the first.
        SpacedSituation(port: 40066, width: 4, range: odd), SpacedSituation(port: 40070, width: 16, range: odd),
        SpacedSituation(port: 40100, width: 4, range: odd, blocked: atTheTop),
        SpacedSituation(port: 40000, width: 4, range: odd, blocked: atTheTop),
        SpacedSituation(port: 40002, width: 4, range: odd, blocked: atTheTop),
        SpacedSituation(port: 40100, width: 4, range: odd, blocked: PortSet(ports: [40094])),
        SpacedSituation(port: 40000, width: 4, range: odd, blocked: PortSet(ports: [40094, 40100])),
        SpacedSituation(port: 40002, width: 4, range: odd, blocked: PortSet([PortRange(40090, 40100)])),
        // Nothing replaces the first one of an even number, or if steps have a length of 1.
        SpacedSituation(port: 40000, width: 4, blocked: PortSet([PortRange(40180, 40199)])),
        SpacedSituation(port: 40000, width: 4, kind: .range, range: odd, blocked: atTheTop),
        // The other parity, since the preferred one is used up.
        SpacedSituation(
            port: 40065, width: 16,
            blocked: PortSet(ports: stride(from: 40000, to: 40200, by: 2).map { UInt16($0) } + [40061, 40063, 40051])),
        SpacedSituation(port: 40500, width: 10, range: large, blocked: block),
        SpacedSituation(port: 40550, width: 10, range: large, blocked: block),
        SpacedSituation(port: 40550, width: 100, range: large, blocked: block),
        SpacedSituation(port: 40600, width: 500, range: large, blocked: block),
        // More steps than are computed.
        SpacedSituation(port: 41200, width: 2000, range: PortRange(40000, 41999), blocked: block),
        SpacedSituation(
            port: 41200, width: 2000, range: PortRange(40000, 41999),
            blocked: PortSet([PortRange(40200, 40899), PortRange(41300, 41599)])),
        // So few ports that a step may be as long as a lap.
        SpacedSituation(
            port: 40004, width: 3, range: PortRange(40000, 40009), blocked: PortSet(ports: [40000, 40002])),
        SpacedSituation(port: 40002, width: 9, range: PortRange(40000, 40003), blocked: PortSet(ports: [40000])),
    ]

    @Test("With a step width the expected number of attempts is that of the kernel's own code", arguments: situations)
    func simulation(_ situation: SpacedSituation) throws {
        let expected = try #require(situation.odds.expectedAttempts)
        let clients = min(2000, max(300, Int(80_000 / expected)))
        let mean = situation.simulate(clients)
        // Four standard errors: the standard deviation of the counts is about their mean.
        let error = mean * (situation.tolerance + 4 / Double(clients).squareRoot())
        #expect(abs(expected - mean) < error, "simulated \(mean), expected \(expected), \(clients) clients")
    }

    @Test(
        "The expected number of attempts is exact for random ports, blocked ports and widths",
        arguments: 1...24 as ClosedRange<UInt64>)
    func chance(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let range = PortRange(40000, 40000 + UInt16.random(in: 19...300, using: &generator))
        let share = Double.random(in: 0.05..<0.6, using: &generator)
        let blocked = range.ports.filter { _ in Double.random(in: 0..<1, using: &generator) < share }
        let situation = SpacedSituation(
            port: range.ports.randomElement(using: &generator) ?? 40000,
            width: Int.random(in: 2...200, using: &generator),
            kind: [.connect, .range].randomElement(using: &generator) ?? .connect, range: range,
            blocked: PortSet(ports: blocked), tolerance: 0.1)
        guard let expected = situation.odds.expectedAttempts else { return }
        let mean = situation.simulate(600)
        #expect(abs(expected - mean) < mean * 0.26, "\(situation): simulated \(mean), expected \(expected)")
    }

    @Test(
        "The means match those measured on Linux 7.3 within three standard errors and a tolerance",
        arguments: [
            (SpacedSituation(port: 40066, width: 4), 113.1, 4.0),
            (SpacedSituation(port: 40066, width: 4, range: odd), 50.3, 1.1),
            (SpacedSituation(port: 40066, width: 4, blocked: PortSet()), 89.4, 3.0),
            (SpacedSituation(port: 40060, width: 4), 9.5, 0.1), (SpacedSituation(port: 40060, width: 16), 13.8, 0.2),
            (SpacedSituation(port: 40064, width: 4), 44.5, 1.3), (SpacedSituation(port: 40064, width: 16), 40.8, 0.9),
            (SpacedSituation(port: 40064, width: 1000), 67.3, 1.9),
            (SpacedSituation(port: 40066, width: 1), 123.4, 4.6), (SpacedSituation(port: 40066, width: 16), 54.1, 1.5),
            (SpacedSituation(port: 40150, width: 4), 79.4, 2.1), (SpacedSituation(port: 40150, width: 16), 82.6, 2.1),
            (SpacedSituation(port: 40150, width: 1000), 75.1, 2.0),
            (SpacedSituation(port: 40060, width: 4, kind: .range, tolerance: 0.14), 16.7, 0.2),
            (SpacedSituation(port: 40061, width: 4, kind: .range), 17.9, 0.3),
            (SpacedSituation(port: 40062, width: 16, kind: .range), 74.1, 2.2),
            (SpacedSituation(port: 40070, width: 16, range: odd), 25.1, 0.4),
            (SpacedSituation(port: 40100, width: 4, range: odd, blocked: atTheTop), 21.6, 0.4),
            (SpacedSituation(port: 40000, width: 4, range: odd, blocked: atTheTop), 56.3, 1.5),
            (SpacedSituation(port: 40550, width: 10, range: large, blocked: block), 408.9, 28.9),
            (SpacedSituation(port: 40550, width: 100, range: large, blocked: block), 280.9, 16.1),
        ])
    func measured(_ situation: SpacedSituation, mean: Double, error: Double) throws {
        let expected = try #require(situation.odds.expectedAttempts)
        let allowed = 3 * error + mean * situation.tolerance
        #expect(abs(expected - mean) < allowed, "measured \(mean) ± \(error), expected \(expected)")
    }

    @Test("A width of 1 has no effect, and bind() ignores the width") func none() {
        let one = SpacedSituation(port: 40060, width: 1)
        #expect(one.odds == one.odds(nil))
        let bind = SpacedSituation(port: 40061, width: 16, kind: .bind)
        #expect(bind.odds == bind.odds(nil))
    }

    @Test("The odds are computed for ranges of one and two ports", arguments: [1, 2] as [UInt16])
    func fewPorts(_ count: UInt16) throws {
        let range = PortRange(40000, 40000 + count - 1)
        let situation = SpacedSituation(port: 40000, width: 4, range: range, blocked: PortSet(ports: [40000]))
        #expect(situation.odds.expectedAttempts == 1)
    }

    @Test("A width has no effect if no port is blocked") func free() throws {
        let situation = SpacedSituation(port: 40066, width: 16, blocked: PortSet())
        let spaced = try #require(situation.odds.expectedAttempts)
        let plain = try #require(situation.odds(nil).expectedAttempts)
        #expect(abs(spaced - plain) < 0.01 * plain)
    }

    @Test("Random steps reach the last port of an odd range that single steps skip") func top() {
        let situation = SpacedSituation(port: 40100, width: 4, range: Self.odd, blocked: PortSet(ports: [40094]))
        #expect(situation.odds(nil).level == .rare)
        #expect(situation.odds.level == .likely)
    }

    @Test("The odds for a few free ports of a large range are computed fast", arguments: [10, 1000, 30_000])
    func fewFreePorts(_ width: Int) throws {
        let all = PortRange(32768, 60999)
        let free: Set<UInt16> = [32768, 40000, 40002, 50010]
        let situation = SpacedSituation(
            port: 50010, width: width, range: all, blocked: PortSet(ports: all.ports.filter { !free.contains($0) }))
        let start = ContinuousClock.now
        let expected = try #require(situation.odds.expectedAttempts)
        #expect(expected >= 1 && expected < 100)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
