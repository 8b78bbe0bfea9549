// The walk of connect() if net.ipv4.ip_local_port_step_width is set (Linux 7.3): from a blocked port the kernel
// advances by a random number of ports, which stays the same until it finds a free port (`__inet_hash_connect`). For
// each call it draws a number between 1 and the width, and increments it until it has no common divisor with the number
// of ports.
//
// The start of the next call depends on how many ports were skipped, not on the distance between them: the kernel
// counts attempts. So the probabilities of each start follow from those of the starts after it: one lap is computed
// backwards from the wanted port.

/// The positions of one parity (with IP_LOCAL_PORT_RANGE: all ports), and the random steps between them.
struct SpacedWalk: Hashable, Sendable {
    /// The number of positions at which a walk can start.
    let positions: Int
    /// Whether the port at each position is blocked.
    let isBlocked: [Bool]
    /// Whether the top port of an odd number of ports is blocked: a walk that wraps around visits it in place of the
    /// first one. Its position is after the last one.
    let top: Bool?
    let steps: [Step]

    struct Step: Hashable {
        /// In positions.
        let length: Int
        var chance: Double
    }

    /// A call advances by one position more than the number it has skipped, or than a random number below this.
    private static let randoms = 8
    private static let meanAdvance = 4.5
    /// After this number of starts at free ports, the start of a walk does not matter any more.
    private static let reach = 64
    /// For widths up to the first number every step is computed; for greater widths this many samples, since the steps
    /// span the whole range.
    private static let (narrow, samples) = (256, 64)
    /// Maximum cost of a lap: steps over blocked ports.
    private static let budget = 1 << 20

    /// A walk with steps up to `width`.
    init(width: Int, isBlocked: [Bool], top: Bool?) {
        positions = isBlocked.count
        self.isBlocked = isBlocked
        self.top = top
        let blocked = isBlocked.count { $0 }
        let affordable = Self.budget / (blocked + 1) * (positions - blocked) / positions
        let bound = min(width, positions)
        let enough = bound <= Self.narrow ? bound : Self.samples
        steps = Self.steps(upTo: bound, over: positions, draws: max(1, min(enough, affordable)))
    }

    /// The steps for this number of draws: every possible draw, or an evenly distributed subset.
    private static func steps(upTo bound: Int, over positions: Int, draws: Int) -> [Step] {
        let numbers =
            bound <= draws
            ? Array(1...bound)
            : (0..<draws).map { index in
                // Multiples of the golden ratio are distributed evenly.
                let fraction = Double(index) * 0.618_033_988_749_895
                return 1 + Int((fraction - fraction.rounded(.down)) * Double(bound))
            }
        let lengths = numbers.map { length(from: $0, upTo: bound, over: positions) }
        let counts = Dictionary(lengths.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.sorted { $0.key < $1.key }
            .map { Step(length: $0.key, chance: Double($0.value) / Double(numbers.count)) }
    }

    private static func length(from draw: Int, upTo bound: Int, over positions: Int) -> Int {
        (draw...bound).first { commonDivisor($0, positions) == 1 } ?? 1
    }

    private static func commonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : commonDivisor(second, first % second)
    }

    /// The number of calls per lap.
    var attemptsPerLap: Double { throughLap(to: nil) }

    /// The probability that a lap selects the port at `place`, which counts as free.
    func chancePerLap(of place: Int) -> Double { min(1, throughLap(to: place)) }

    /// The same for one call with a random start.
    func chancePerCall(of place: Int) -> Double {
        var rows = Rows(of: self, to: place, end: -1)
        let chances = isBlocked.indices.map { start in
            if start == rows.goal.start { return 1.0 }
            return isBlocked[start] ? chanceOfHit(rows.lengths(after: start)) : 0
        }
        return chances.reduce(0, +) / Double(positions)
    }

    private func chanceOfHit(_ lengths: [Int?]) -> Double {
        zip(steps, lengths).reduce(0) { $0 + ($1.1 == nil ? $1.0.chance : 0) }
    }

    /// Computes one lap from its last start back to the first: the expected value from a start to the end follows from
    /// those of the possible next starts. With a wanted place it is the probability of ending there, otherwise the
    /// number of calls.
    private func throughLap(to place: Int?) -> Double {
        let end = (place ?? 0) + positions
        var rows = Rows(of: self, to: place, end: end)
        var expected: [Double] = []
        expected.reserveCapacity(positions)
        func afterwards(_ advance: Int) -> Double {
            advance <= expected.count ? expected[expected.count - advance] : 0
        }
        // Of the possible starts after a free one.
        var sum = 0.0
        // No run of blocked ports spans this many free starts.
        let enough = max(Self.reach, steps.last?.length ?? 1)
        var free = 0
        while expected.count < positions, place == nil || free < enough {
            let here = end - expected.count
            let start = here % positions
            let lengths = isBlocked[start] || rows.passesOver(here) ? rows.lengths(after: here) : []
            var value = place == nil ? 1.0 : 0
            if start == rows.goal.start {
                value = 1
            } else if isBlocked[start] {
                value += (place == nil ? 0 : chanceOfHit(lengths)) + passing(lengths, afterwards)
            } else {
                value += sum / Double(Self.randoms)
            }
            free = isBlocked[start] ? 0 : free + 1
            expected.append(value)
            sum += value - afterwards(Self.randoms + 1)
        }
        // The walk arrives from before these starts, where each has the same probability.
        return (0..<Self.randoms).reduce(0) { total, ahead in
            let chance = Double(Self.randoms - ahead) / Double(Self.randoms) / Self.meanAdvance
            return total + chance * afterwards(ahead + 1)
        }
    }

    /// The expected value after a blocked start, averaged over the steps that end elsewhere.
    private func passing(_ lengths: [Int?], _ afterwards: (Int) -> Double) -> Double {
        var passing = [Double](repeating: 0, count: Self.randoms)
        var value = 0.0
        for (step, length) in zip(steps, lengths) {
            guard let length else { continue }
            // The start itself is skipped as well.
            if length + 1 < Self.randoms {
                passing[length + 1] += step.chance
            } else {
                value += step.chance * afterwards(length + 2)
            }
        }
        // The maximum of the skipped ports and the random number.
        var chance = 0.0
        var below = 0.0
        for (greatest, chanceOfCount) in passing.enumerated() {
            chance += chanceOfCount
            let upTo = chance * Double(greatest + 1) / Double(Self.randoms)
            value += (upTo - below) * afterwards(greatest + 1)
            below = upTo
        }
        return value
    }
}
