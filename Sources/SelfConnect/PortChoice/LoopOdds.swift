// How often a client of a kind is given one certain port: what turns "it can happen" into "after 12,500 attempts".
//
// connect(): `__inet_hash_connect` keeps an offset per (source, destination, port) and looks from there for a
// free port, in steps of 2 over the ports of the lower bound's parity, and over the others only when none is
// left. Each call advances the offset by max(passed over, random 0…7) + 1 steps; SpacedWalk has what the kernel's
// ip_local_port_step_width makes of that. bind(address, 0):
// `inet_csk_find_open_port` starts at a random port of the other parity. IP_LOCAL_PORT_RANGE: as connect(), in
// steps of 1.
//
// A walk goes round in laps of about equal length, and each lap comes by the port once: with chance p it stops
// there, else it leaps over it. Where in the lap it begins is random.

/// The chances that the kernel's port choice falls on one port, for one kind of client.
public struct LoopOdds: Hashable, Sendable {
    /// How many ports the walk can start at.
    public let positions: Int
    /// From how many of these the walk ends at the port: 1 and the ports in front of it that are passed over, one after
    /// another. 0 where the walk comes by only when others are used up.
    public let startsThatHit: Int
    /// How many attempts a lap takes; a random choice has no laps: each attempt is one.
    private let attemptsPerLap: Double
    /// The chance that a lap gives the port.
    private let chancePerLap: Double
    private let isRandom: Bool

    /// The odds of `port` for clients of `kind`, when the kernel passes over reserved and held
    /// ports; the port itself is taken as free. With SO_REUSEADDR a client that binds first is given the lower half
    /// of the range.
    public init(
        of port: UInt16, for kind: ClientKind, in range: PortRange, passingOver blocked: PortSet,
        reusesAddress: Bool = false
    ) {
        self.init(of: port, for: kind, among: BlockedPorts(blocked, in: range), reusesAddress: reusesAddress)
    }

    /// The same, with what is blocked counted before.
    public init(
        of port: UInt16, for kind: ClientKind, among blocked: BlockedPorts, reusesAddress: Bool = false
    ) {
        let walk = PortWalk(to: port, kind, blocked: blocked, lowerHalf: reusesAddress && kind.portChoice == .bind)
        let spaced = kind.portChoice == .bind ? nil : walk.spaced
        positions = walk.positions
        startsThatHit = walk.startsThatHit
        // A step may be as long as the lap of so short a walk: it is as good as random.
        isRandom = kind.portChoice == .bind || positions <= Self.steps
        attemptsPerLap = isRandom ? 1 : max(1, (Double(positions) - walk.saved) / Self.meanStep)
        if let (walk, place) = spaced {
            let chance = isRandom ? walk.chancePerCall(of: place) : walk.chancePerLap(of: place)
            chancePerLap = chance < Self.negligible ? 0 : chance
        } else if isRandom {
            chancePerLap = Double(startsThatHit) / Double(positions)
        } else {
            // A lap cannot leap over so many starts, and over a free one with nothing in front it does as ever.
            chancePerLap =
                startsThatHit >= Self.steps
                ? 1 : startsThatHit == 1 && walk.isOpen ? 1 / Self.meanStep : Self.chancePerLap(walk.approach)
        }
    }

    /// Whether the kernel gives the port in the ordinary course.
    public var level: Exposure.Level { chancePerLap > 0 ? .likely : .rare }

    /// The mean number of attempts until the port is given: 1/p laps, less half a lap, since the first one is under
    /// way when the attempts begin.
    public var expectedAttempts: Double? {
        guard chancePerLap > 0 else { return nil }
        return max(1, attemptsPerLap * (1 / chancePerLap - (isRandom ? 0 : 0.5)))
    }

    /// The mean time until the port is given to a client that makes so many attempts a second.
    ///
    /// Every ten seconds (EPHEMERAL_PORT_SHUFFLE_PERIOD, net/core/secure_seq.c) the walk goes on from somewhere else.
    /// A client that does not finish a lap by then has begun the next one somewhere as well: half the attempts of
    /// ten seconds take the place of half a lap.
    public func meanTime(attemptsPerSecond rate: Double) -> Duration? {
        guard chancePerLap > 0, rate > 0 else { return nil }
        let underWay = isRandom ? 0 : min(attemptsPerLap, Self.shufflePeriod * rate) / 2
        return .seconds(max(1, attemptsPerLap / chancePerLap - underWay) / rate)
    }

    /// The chance that so many attempts would have hit the port, if it can be hit: the confidence of a loop that
    /// did not close. Of the lap under way it has the part that is done.
    public func confidence(afterAttempts attempts: Int) -> Double {
        guard chancePerLap > 0, attempts > 0 else { return 0 }
        let laps = Double(attempts) / attemptsPerLap
        let whole = laps.rounded(.down)
        let missed = Self.power(1 - chancePerLap, UInt64(whole)) * (1 - chancePerLap * (laps - whole))
        return 1 - missed
    }

    /// How many attempts make a loop that does not close this sure, such as 0.99.
    public func attempts(forConfidence confidence: Double) -> Int? {
        guard chancePerLap > 0, confidence > 0, confidence < 1 else { return nil }
        var enough = 1
        while self.confidence(afterAttempts: enough) < confidence { enough *= 2 }
        var tooFew = enough / 2
        while enough - tooFew > 1 {
            let middle = (tooFew + enough) / 2
            if self.confidence(afterAttempts: middle) < confidence { tooFew = middle } else { enough = middle }
        }
        return enough
    }

    /// A walk advances by 1 to 8 positions, all alike.
    private static let steps = 8
    static let meanStep = 4.5
    /// As good as never.
    private static let negligible = 1e-9
    /// In seconds.
    private static let shufflePeriod = 10.0

    /// The chance that a walk which began far away stops at one of the starts that hit.
    private static func chancePerLap(_ approach: [PortWalk.Start]) -> Double {
        var chances = [Double](repeating: 0, count: approach.count)
        // It comes from in front of them, where each position has the same chance of 1/4.5.
        for (index, length) in zip(chances.indices.reversed(), (1...steps).reversed()) {
            chances[index] = Double(length) / Double(steps) / meanStep
        }
        var hit = 0.0
        for (index, start) in zip(approach.indices, approach).reversed() {
            let chance = chances[index]
            if start.hits { hit += chance }
            for random in 0..<steps {
                let next = index - max(start.passed, random) - 1
                if next >= 0 { chances[next] += chance / Double(steps) }
            }
        }
        return min(1, hit)
    }

    /// A step from a blocked port is the longer, the more ports it passes over, and saves the attempts between: so
    /// many positions a lap is shorter for rows of blocked ports of these lengths.
    static func positionsSaved(by blockedRows: [Int]) -> Double {
        var saved = 0.0
        for row in blockedRows {
            for index in 0..<min(row, steps) {
                // The chance to start at that port of the row: a step from in front of it has to be long enough.
                let chance = Double(steps - index) / Double(steps) / meanStep
                saved += chance * excess(passing: row - index)
            }
        }
        return saved
    }

    /// How much longer than others a step is that passes over `count` ports: the mean of max(count, random) - 3.5.
    private static func excess(passing count: Int) -> Double {
        count < steps ? Double(count * (count + 1)) / Double(2 * steps) : Double(count) - 3.5
    }

    /// By squaring: the pure layer has no libm.
    private static func power(_ base: Double, _ exponent: UInt64) -> Double {
        var result = 1.0
        var factor = base
        var bits = exponent
        while bits > 0 {
            if bits & 1 == 1 { result *= factor }
            factor *= factor
            bits >>= 1
        }
        return result
    }
}
