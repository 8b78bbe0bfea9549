// How often a client of a kind is given one certain port: what turns "it can happen" into "after 14,116 tries".
//
// connect(): `__inet_hash_connect` keeps an offset per (source, destination, port) and looks from there for a
// free port, in steps of 2 over the ports of the lower bound's parity, and over the others only when none is
// left. Each call advances the offset by max(passed over, random 0…7) + 1 steps. bind(address, 0):
// `inet_csk_find_open_port` starts at a random port of the other parity. IP_LOCAL_PORT_RANGE: as connect(), in
// steps of 1.

/// The chances that the kernel's port choice falls on one port, for one kind of client.
public struct LoopOdds: Hashable, Sendable {
    /// How many ports the walk can start at.
    public let positions: Int
    /// From how many of these the walk ends at the port: 1 and the ports in front of it that are passed over.
    /// 0 where the walk comes by only when others are used up.
    public let startsThatHit: Int
    private let walks: Bool

    /// The odds of `port` for clients of `kind`, when the kernel passes over reserved and held
    /// ports; the port itself is taken as free. With SO_REUSEADDR a client that binds first is given the lower half
    /// of the range.
    public init(
        of port: UInt16, for kind: ClientKind, in range: PortRange, passingOver blocked: PortSet,
        reusesAddress: Bool = false
    ) {
        let walk = PortWalk(to: port, kind, range, blocked: blocked, lowerHalf: reusesAddress && kind == .bind)
        positions = walk.positions
        startsThatHit = walk.startsThatHit
        walks = kind != .bind
    }

    /// Whether the kernel gives the port in the ordinary course.
    public var level: Exposure.Level { startsThatHit > 0 ? .likely : .rare }

    /// The mean number of attempts until the port is given.
    public var expectedAttempts: Double? {
        startsThatHit > 0 ? attemptsPerLap / chancePerLap : nil
    }

    /// The chance that so many attempts would have hit the port, if it can be hit: the confidence of a loop that
    /// did not close.
    public func confidence(afterAttempts attempts: Int) -> Double {
        guard startsThatHit > 0, attempts > 0 else { return 0 }
        return 1 - Self.power(1 - chancePerLap, Double(attempts) / attemptsPerLap)
    }

    /// How many attempts make a loop that does not close this sure, such as 0.99.
    public func attempts(forConfidence confidence: Double) -> Int? {
        guard startsThatHit > 0, confidence > 0, confidence < 1 else { return nil }
        guard chancePerLap < 1 else { return Int(attemptsPerLap.rounded(.up)) }
        var attempts = 1.0
        while self.confidence(afterAttempts: Int(attempts)) < confidence { attempts *= 2 }
        var low = attempts / 2
        while attempts - low > 1 {
            let middle = ((low + attempts) / 2).rounded()
            if self.confidence(afterAttempts: Int(middle)) < confidence { low = middle } else { attempts = middle }
        }
        return Int(attempts)
    }

    /// A walk advances by 1 to 8 positions, all alike, so a lap takes positions / 4.5 attempts; a random choice
    /// has no laps: each attempt is one.
    private var attemptsPerLap: Double { walks ? max(1, Double(positions) / Self.meanAdvance) : 1 }

    /// The chance that a lap ends once in one of the starts that hit: all but the steps that leap over them.
    private var chancePerLap: Double {
        guard walks else { return Double(startsThatHit) / Double(positions) }
        let leaps = (1...8).reduce(0.0) { $0 + Double(max(0, $1 - startsThatHit)) / 8 }
        return Double(positions) <= Self.meanAdvance
            ? Double(startsThatHit) / Double(positions) : 1 - leaps / Self.meanAdvance
    }

    private static let meanAdvance = 4.5

    /// `base` to a real power by squaring: the pure layer has no libm.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        guard base > 0 else { return 0 }
        let whole = exponent.rounded(.down)
        var result = 1.0
        var factor = base
        var bits = UInt64(min(whole, 1e18))
        while bits > 0 {
            if bits & 1 == 1 { result *= factor }
            factor *= factor
            bits >>= 1
        }
        var root = base
        var fraction = exponent - whole
        for _ in 0..<40 where fraction > 0 {
            root = root.squareRoot()
            fraction *= 2
            if fraction >= 1 {
                result *= root
                fraction -= 1
            }
        }
        return result
    }
}
