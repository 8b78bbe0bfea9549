// The formulas compared with KernelChoice, a model of the kernel's code, and with measurements of a kernel.

import SelfConnect
import TestSupport
import Testing

/// A range with some ports in use, and a port in it.
struct Situation: Sendable, CustomTestStringConvertible {
    let port: UInt16
    var kind = ClientKind.connect
    var range = PortRange(40000, 41000)
    var blocked = Situation.tenReserved
    var reusesAddress = false
    /// Permitted error of the mean, in addition to the simulation's own error.
    var tolerance = 0.03

    static let tenReserved = PortSet([PortRange(40500, 40509)])

    static func every(_ step: Int, from first: UInt16, through last: UInt16) -> PortSet {
        PortSet(ports: stride(from: Int(first), through: Int(last), by: step).map { UInt16($0) })
    }

    var odds: LoopOdds {
        LoopOdds(of: port, for: kind, in: range, passingOver: blocked, reusesAddress: reusesAddress)
    }

    var testDescription: String {
        "\(port) for \(kind.rawValue)\(reusesAddress ? " with SO_REUSEADDR" : "") in \(range) without \(blocked)"
    }

    /// The number of attempts after which each of these clients got the port.
    func simulate(_ clients: Int, seed: UInt64 = 20_250_704) -> [Int] {
        var choice = KernelChoice(
            kind, range, blocked: blocked.subtracting(PortSet(ports: [port])), reusesAddress: reusesAddress,
            generator: SeededGenerator(seed: seed))
        return (0..<clients).map { _ in
            choice.renewSalt()
            var attempts = 1
            while choice.next() != port && attempts < 1_000_000 { attempts += 1 }
            return attempts
        }
    }

    /// Limits all situations together to a few million attempts and a few seconds.
    var clients: Int { min(1000, max(40, Int(60_000 / (odds.expectedAttempts ?? 1)))) }
}

/// How often the kernel gives a port to a client.
@Suite struct LoopOddsTests {
    static let situations: [Situation] = [
        Situation(port: 50010, range: PortRange(32768, 60999), blocked: PortSet()),
        Situation(port: 33333, kind: .bind, range: PortRange(32768, 60999), blocked: PortSet()),
        Situation(port: 40200), Situation(port: 40000), Situation(port: 40998), Situation(port: 40498),
        Situation(port: 40510), Situation(port: 40512), Situation(port: 40514),
        Situation(port: 40200, kind: .bindLate),
        Situation(port: 40201, kind: .bind), Situation(port: 40511, kind: .bind), Situation(port: 40999, kind: .bind),
        Situation(port: 40201, kind: .bind, reusesAddress: true),
        Situation(port: 40200, kind: .range), Situation(port: 40201, kind: .range),
        Situation(port: 41000, kind: .range), Situation(port: 40510, kind: .range),
        // The top port of an odd number of ports is reached past a held one; the lowest is then often missed.
        Situation(port: 41000, blocked: PortSet(ports: [40998])),
        Situation(port: 40000, blocked: PortSet(ports: [40998])),
        Situation(port: 40002, blocked: PortSet(ports: [40998])),
        Situation(port: 40002, blocked: PortSet(ports: [40998, 41000])),
        Situation(port: 40000, blocked: PortSet(ports: [40998, 41000])),
        Situation(port: 41000, blocked: PortSet([PortRange(40990, 40999)])),
        Situation(port: 40000, blocked: PortSet([PortRange(40990, 40999)])),
        Situation(port: 40002, blocked: PortSet([PortRange(40990, 40999)])),
        // A long run: a client that starts inside it gets the port at once, which the formula omits.
        Situation(port: 40500, blocked: PortSet([PortRange(40400, 40499)]), tolerance: 0.1),
        Situation(port: 40502, blocked: PortSet([PortRange(40400, 40499)]), tolerance: 0.1),
        Situation(port: 40800, blocked: PortSet([PortRange(40400, 40499)])),
        Situation(port: 40201, range: PortRange(40001, 41000), blocked: PortSet()),
        Situation(port: 40200, kind: .bind, range: PortRange(40001, 41000), blocked: PortSet()),
        Situation(port: 40202, blocked: Situation.every(4, from: 40000, through: 40998)),
        // One parity is used up.
        Situation(port: 40201, blocked: Situation.every(2, from: 40000, through: 41000)),
        Situation(port: 40511, blocked: Situation.tenReserved.union(Situation.every(2, from: 40000, through: 41000))),
        Situation(port: 40200, kind: .bind, blocked: Situation.every(2, from: 40001, through: 40999)),
    ]

    @Test("The expected number of attempts is that of the kernel's own code", arguments: situations)
    func meanOfTheSimulation(_ situation: Situation) throws {
        let counts = situation.simulate(situation.clients)
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        let expected = try #require(situation.odds.expectedAttempts)
        // Four standard errors: the standard deviation of the counts is about their mean.
        let error = mean * (situation.tolerance + 4 / Double(counts.count).squareRoot())
        #expect(abs(expected - mean) < error, "simulated \(mean), expected \(expected), \(counts.count) clients")
    }

    @Test("The confidence is the simulated share of loops that close", arguments: situations)
    func missesOfTheSimulation(_ situation: Situation) throws {
        let counts = situation.simulate(situation.clients, seed: 77)
        let expected = try #require(situation.odds.expectedAttempts)
        for part in [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5] {
            let attempts = max(1, Int(expected * part))
            let missed = Double(counts.count { $0 > attempts }) / Double(counts.count)
            let confidence = situation.odds.confidence(afterAttempts: attempts)
            let error = situation.tolerance + 2 / Double(counts.count).squareRoot()
            #expect(abs(1 - confidence - missed) < error, "after \(attempts): missed \(missed), sure \(confidence)")
        }
    }

    @Test(
        "The means match those measured on Linux 6.18 within three standard errors",
        arguments: [
            (Situation(port: 40200), 439, 27), (Situation(port: 40800), 398, 28), (Situation(port: 40998), 445, 31),
            (Situation(port: 40510), 65, 3), (Situation(port: 40512), 165, 11), (Situation(port: 40514), 467, 34),
            (Situation(port: 40201, kind: .bind), 498, 33), (Situation(port: 40801, kind: .bind), 474, 33),
            (Situation(port: 40511, kind: .bind), 84, 6), (Situation(port: 40513, kind: .bind), 507, 37),
            (Situation(port: 40201, kind: .bind, reusesAddress: true), 275, 18),
            (Situation(port: 40200, kind: .bindLate), 418, 26), (Situation(port: 40200, kind: .range), 907, 64),
            (Situation(port: 41000, kind: .range), 971, 66), (Situation(port: 40510, kind: .range), 113, 4),
            (Situation(port: 40511, kind: .range), 126, 7),
            (Situation(port: 41000, blocked: PortSet([PortRange(40500, 40509), PortRange(40998, 40998)])), 150, 254),
            (Situation(port: 40000, blocked: PortSet([PortRange(40500, 40509), PortRange(40990, 40999)])), 1349, 93),
            (Situation(port: 40202, blocked: Situation.every(4, from: 40000, through: 40998)), 197, 13),
            (Situation(port: 40500, blocked: PortSet([PortRange(40400, 40499)])), 51, 2),
        ])
    func measured(_ situation: Situation, mean: Double, error: Double) throws {
        let expected = try #require(situation.odds.expectedAttempts)
        #expect(abs(expected - mean) < 3 * error, "measured \(mean) ± \(error), expected \(expected)")
    }

    @Test(
        "Ports that connect() never got in 200,000 attempts have no expected number",
        arguments: [
            Situation(port: 40201), Situation(port: 41000), Situation(port: 40511),
            Situation(port: 40201, kind: .bindLate),
            Situation(port: 40200, kind: .bind), Situation(port: 41000, kind: .bind),
            Situation(port: 40200, kind: .bind, reusesAddress: true),
            Situation(port: 40801, kind: .bind, reusesAddress: true),
            Situation(port: 40200, range: PortRange(40001, 41000), blocked: PortSet()),
            Situation(port: 39999), Situation(port: 41001), Situation(port: 1, kind: .range),
            Situation(port: 41000, range: PortRange(40000, 40999)), Situation(port: 41001, kind: .range),
        ])
    func never(_ situation: Situation) {
        let odds = situation.odds
        #expect(odds.level == .rare && odds.startsThatHit == 0 && odds.expectedAttempts == nil)
        #expect(odds.confidence(afterAttempts: 1_000_000) == 0)
        #expect(odds.attempts(forConfidence: 0.99) == nil)
    }

    @Test("In ranges of one to nineteen ports the odds match the simulation for each port")
    func tinyRanges() throws {
        for count in 1...19 {
            let range = PortRange(40000, 40000 + UInt16(count) - 1)
            for port in range.ports {
                for kind in [ClientKind.connect, .bind, .range] {
                    let situation = Situation(port: port, kind: kind, range: range, blocked: PortSet())
                    guard let expected = situation.odds.expectedAttempts else {
                        #expect(!KernelChoice.gives(port, kind, range), "\(situation.testDescription)")
                        continue
                    }
                    let counts = situation.simulate(150)
                    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
                    #expect(abs(expected - mean) < mean * 0.35, "\(situation.testDescription): \(mean), \(expected)")
                }
            }
        }
    }

    @Test("Of eight ports each is given with the same probability, since a walk advances by one to eight") func eight()
    {
        #expect(Situation(port: 40002, range: PortRange(40000, 40015), blocked: PortSet()).odds.expectedAttempts == 8)
    }

    @Test("In ranges of one to three ports, SO_REUSEADDR makes no difference", arguments: 1...3 as ClosedRange<UInt16>)
    func undivided(_ count: UInt16) {
        let range = PortRange(40000, 40000 + count - 1)
        for port in range.ports {
            let situation = Situation(port: port, kind: .bind, range: range, blocked: PortSet())
            var reusing = situation
            reusing.reusesAddress = true
            #expect(reusing.odds == situation.odds)
        }
    }

    @Test(
        "The starts that hit a port are counted across the lower bound, and past the top port of an odd number",
        arguments: [
            (Situation(port: 40004, range: even, blocked: PortSet(ports: [40000, 40002, 40996, 40998])), 5),
            (Situation(port: 40002, range: even, blocked: PortSet(ports: [40998, 40999])), 1),
            (Situation(port: 40002, blocked: PortSet(ports: [40998, 41000])), 2),
            (Situation(port: 41000, blocked: PortSet(ports: [40998])), 1),
            (Situation(port: 40001, kind: .range, blocked: PortSet(ports: [41000])), 1),
        ])
    func starts(_ situation: Situation, _ count: Int) {
        #expect(situation.odds.startsThatHit == count)
    }

    private static let even = PortRange(40000, 40999)

    @Test("The attempts for a confidence are the minimum that reaches it", arguments: situations)
    func inverse(_ situation: Situation) throws {
        let reached = [1, 2, 3, 100].map { situation.odds.confidence(afterAttempts: $0) }.filter { $0 < 1 }
        for confidence in [0.001, 0.5, 0.9, 0.95, 0.99, 0.999_999] + reached {
            let attempts = try #require(situation.odds.attempts(forConfidence: confidence))
            #expect(situation.odds.confidence(afterAttempts: attempts) >= confidence)
            #expect(attempts == 1 || situation.odds.confidence(afterAttempts: attempts - 1) < confidence)
        }
    }

    @Test("Confidence grows with the attempts from 0 to at most 1", arguments: situations)
    func growing(_ situation: Situation) {
        var previous = situation.odds.confidence(afterAttempts: 0)
        #expect(previous == 0 && situation.odds.confidence(afterAttempts: -1) == 0)
        for attempts in stride(from: 1, through: 100_000, by: 997) {
            let confidence = situation.odds.confidence(afterAttempts: attempts)
            #expect(confidence >= previous && confidence <= 1)
            previous = confidence
        }
    }

    @Test(
        "A confidence that cannot be reached has no number of attempts",
        arguments: [-1, 0, 1, 2, .nan, .infinity] as [Double])
    func impossible(_ confidence: Double) {
        #expect(Situation(port: 40200).odds.attempts(forConfidence: confidence) == nil)
    }

    @Test("The default range has a lap of 3137 attempts and a chance of 2/9 in each") func defaultRange() throws {
        let odds = LoopOdds(of: 50010, for: .connect, in: PortRange(32768, 60999), passingOver: PortSet())
        #expect(odds.positions == 14116 && odds.startsThatHit == 1)
        #expect(try #require(odds.expectedAttempts).rounded() == 12548)
        #expect(abs(odds.confidence(afterAttempts: 3137) - 2.0 / 9) < 0.001)
        #expect(abs(odds.confidence(afterAttempts: 31369) - 0.919) < 0.001)
    }

    @Test("The last free port of its parity is given at once") func lastOne() throws {
        let held = Situation.every(2, from: 40000, through: 40998)
        #expect(Situation(port: 41000, blocked: held).odds.expectedAttempts == 1)
    }
}

extension KernelChoice {
    /// Whether one of three hundred clients gets the port at its first attempt.
    static func gives(_ port: UInt16, _ kind: ClientKind, _ range: PortRange) -> Bool {
        var choice = KernelChoice(kind, range, blocked: PortSet(), generator: SeededGenerator(seed: 3))
        return (0..<300).contains { _ in
            choice.renewSalt()
            return choice.next() == port
        }
    }
}
