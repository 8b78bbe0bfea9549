// How often a client of a kind gets one particular port: from "possible" to "after 12,500 attempts".
//
// connect(): `__inet_hash_connect` keeps an offset per (source, destination, port) and searches from there for a free
// port, in steps of 2 over the ports of the lower bound's parity, and over the others only if none is left. Each call
// advances the offset by max(skipped, random 0…7) + 1 steps; SpacedWalk handles the kernel's ip_local_port_step_width.
// bind(address, 0): `inet_csk_find_open_port` starts at a random port of the other parity. IP_LOCAL_PORT_RANGE: like
// connect(), in steps of 1.
//
// A walk consists of laps of about equal length, and each lap reaches the port once: it stops there with probability p,
// otherwise it skips it. The start within the lap is random.

/// The probability that the kernel's port choice selects one port, for one client kind.
package struct LoopOdds: Hashable, Sendable {
    /// The number of ports at which the walk can start.
    package let positions: Int
    /// The number of these starts from which the walk ends at the port: the port itself and the skipped ports
    /// immediately before it. 0 if the walk reaches the port only when the others are used up.
    package let startsThatHit: Int
    /// The number of attempts per lap. For a random choice each attempt counts as a lap.
    private let attemptsPerLap: Double
    /// The probability that a lap selects the port.
    private let chancePerLap: Double
    private let isRandom: Bool

    /// The odds of `port` for clients of `kind` if the kernel skips the blocked ports; the port itself counts as free.
    /// With SO_REUSEADDR a client that binds first gets the lower half of the range.
    package init(
        of port: UInt16, for kind: ClientKind, in range: PortRange, passingOver blocked: PortSet,
        reusesAddress: Bool = false
    ) {
        self.init(of: port, for: kind, among: BlockedPorts(blocked, in: range), reusesAddress: reusesAddress)
    }

    /// The same, with precomputed blocked ports.
    package init(
        of port: UInt16, for kind: ClientKind, among blocked: BlockedPorts, reusesAddress: Bool = false
    ) {
        let walk = PortWalk(to: port, kind, blocked: blocked, lowerHalf: reusesAddress && kind.portChoice == .bind)
        let spaced = kind.portChoice == .bind ? nil : walk.spaced
        positions = walk.positions
        startsThatHit = walk.startsThatHit
        // In such a short walk, a step may be as long as a lap: treat it as random.
        isRandom = kind.portChoice == .bind || positions <= Self.steps
        attemptsPerLap = isRandom ? 1 : max(1, (Double(positions) - walk.saved) / Self.meanStep)
        if let (walk, place) = spaced {
            let chance = isRandom ? walk.chancePerCall(of: place) : walk.chancePerLap(of: place)
            chancePerLap = chance < Self.negligible ? 0 : chance
        } else if isRandom {
            chancePerLap = Double(startsThatHit) / Double(positions)
        } else {
            // A lap cannot skip this many starts; over a free port without blocked ports before it, it advances as
            // usual.
            chancePerLap =
                startsThatHit >= Self.steps
                ? 1 : startsThatHit == 1 && walk.isOpen ? 1 / Self.meanStep : Self.chancePerLap(walk.approach)
        }
    }

    /// Whether the kernel normally gives the port to such clients.
    package var level: Exposure.Level { chancePerLap > 0 ? .likely : .rare }

    /// The mean number of attempts until the port is chosen: 1/p laps minus half a lap, since the attempts start within
    /// a lap.
    package var expectedAttempts: Double? {
        guard chancePerLap > 0 else { return nil }
        return max(1, attemptsPerLap * (1 / chancePerLap - (isRandom ? 0 : 0.5)))
    }

    /// The mean time until a client with this many attempts per second gets the port.
    ///
    /// Every ten seconds (EPHEMERAL_PORT_SHUFFLE_PERIOD, net/core/secure_seq.c) the walk continues from a different
    /// position. A client that does not complete a lap in that time also starts the next one at a random position: half
    /// the attempts of ten seconds replace half a lap.
    package func meanTime(attemptsPerSecond rate: Double) -> Duration? {
        guard chancePerLap > 0, rate > 0 else { return nil }
        let underWay = isRandom ? 0 : min(attemptsPerLap, Self.shufflePeriod * rate) / 2
        return .seconds(max(1, attemptsPerLap / chancePerLap - underWay) / rate)
    }

    /// The probability that this many attempts would have hit the port, if it can be hit: the confidence of a loop
    /// without a self-connection. An incomplete lap counts in proportion.
    package func confidence(afterAttempts attempts: Int) -> Double {
        let laps = Double(max(0, attempts)) / attemptsPerLap
        let whole = laps.rounded(.down)
        let missed = Self.power(1 - chancePerLap, UInt64(whole)) * (1 - chancePerLap * (laps - whole))
        return 1 - missed
    }

    /// The number of attempts for this confidence, such as 0.99, in a loop without a self-connection.
    package func attempts(forConfidence confidence: Double) -> Int? {
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

    /// A walk advances by 1 to 8 positions with equal probability.
    private static let steps = 8
    static let meanStep = 4.5
    /// Treated as zero.
    private static let negligible = 1e-9
    /// In seconds.
    private static let shufflePeriod = 10.0

    /// The probability that a walk from far away stops at one of the starts that hit.
    private static func chancePerLap(_ approach: [PortWalk.Start]) -> Double {
        var chances = [Double](repeating: 0, count: approach.count)
        // The walk arrives from before these starts, where each position has the same probability of 1/4.5.
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

    /// A step from a blocked port is longer the more ports it skips, and saves attempts: returns the number of
    /// positions by which blocked runs of these lengths shorten a lap.
    static func positionsSaved(by blockedRows: [Int]) -> Double {
        var saved = 0.0
        for row in blockedRows {
            for index in 0..<min(row, steps) {
                // The probability to start at that port of the run: a step from before it must be long enough.
                let chance = Double(steps - index) / Double(steps) / meanStep
                saved += chance * excess(passing: row - index)
            }
        }
        return saved
    }

    /// How much longer than average a step is that skips `count` ports: the mean of max(count, random) - 3.5.
    private static func excess(passing count: Int) -> Double {
        count < steps ? Double(count * (count + 1)) / Double(2 * steps) : Double(count) - 3.5
    }

    /// By squaring: the pure layer does not link libm.
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
