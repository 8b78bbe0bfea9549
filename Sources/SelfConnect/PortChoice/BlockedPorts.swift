// The ports that the kernel skips, prepared for computing odds. Ten thousand targets may need their odds in every pass,
// so the values that they share are computed once.

/// The ports of a range that are reserved or held.
package struct BlockedPorts: Sendable {
    /// The range.
    package let range: PortRange
    /// The blocked ports of the range.
    package let ports: PortSet
    private let stepWidth: Int?
    /// One bit per port of the range.
    private let bits: PortBits
    private let even: Walk
    private let odd: Walk
    private let every: Walk

    /// Properties of one walk: over the ports of the lower bound's parity, the others, or all.
    struct Walk: Hashable, Sendable {
        /// Number of blocked ports.
        fileprivate(set) var count = 0
        /// Number of blocked ports in the lower half of the range, which a binder with SO_REUSEADDR gets first.
        fileprivate(set) var countBelow = 0
        /// The lengths of the runs of adjacent blocked ports.
        fileprivate(set) var rows: [Int] = []
        /// By how many positions the blocked runs shorten a lap.
        fileprivate(set) var saved = 0.0
        /// The walk with random steps, if the kernel uses them.
        fileprivate(set) var spaced: SpacedWalk?
    }

    /// The ports of `ports` that are in `range`. `stepWidth` is net.ipv4.ip_local_port_step_width, which only affects
    /// connect().
    package init(_ ports: PortSet, in range: PortRange, stepWidth: Int? = nil) {
        self.range = range
        self.stepWidth = stepWidth
        self.ports = ports.intersection(range)
        let bits = PortBits(self.ports, from: range.first)
        self.bits = bits
        let below = Self.lowerHalf(of: range.count)
        var even = Self.walk(self.ports, range, step: 2, parity: 0, below)
        var odd = Self.walk(self.ports, range, step: 2, parity: 1, below)
        var every = Self.walk(self.ports, range, step: 1, parity: 0, below)
        if let stepWidth, stepWidth > 1 {
            even.space(stepWidth, bits, range.count, step: 2, parity: 0)
            odd.space(stepWidth, bits, range.count, step: 2, parity: 1)
            every.space(stepWidth, bits, range.count, step: 1, parity: 0)
        }
        (self.even, self.odd, self.every) = (even, odd, every)
    }

    /// The number of ports in the lower half of the range, as the kernel divides it (`inet_csk_find_open_port`); 0 if
    /// there are too few to divide.
    static func lowerHalf(of count: Int) -> Int { count / 4 * 2 }

    /// The walk with this step over the ports of this parity.
    func walk(step: Int, parity: Int) -> Walk { step == 1 ? every : parity == 0 ? even : odd }

    /// Whether the port at this offset from the lower bound is blocked.
    func contains(offset: Int) -> Bool { bits.contains(offset) }

    /// How many of the `count` ports before this one, in steps of `step`, are blocked; the walk is circular.
    func count(before offset: Int, _ count: Int, step: Int) -> Int {
        let first = offset - count * step
        guard first < 0 else { return self.count(first..<offset, step, offset) }
        let length = range.count / step * step
        return self.count(0..<offset, step, offset) + self.count(max(0, length + first)..<length, step, offset)
    }

    /// How many adjacent ports before this one, in steps of `step`, are blocked; stops at the lower bound.
    func row(before offset: Int, step: Int) -> Int {
        let mask = Self.mask(step, offset)
        var word = offset / 64
        // The free ports of the walk, as bits; all below the lower bound are free.
        var free = ~bits[word] & mask & ~(.max << UInt64(offset % 64))
        while free == 0 {
            word -= 1
            free = ~bits[word] & mask
        }
        return (offset - (word * 64 + 63 - free.leadingZeroBitCount)) / step - 1
    }

    /// The bits of a word that belong to the same walk as this port.
    private static func mask(_ step: Int, _ offset: Int) -> UInt64 {
        step == 1 ? .max : offset % 2 == 0 ? 0x5555_5555_5555_5555 : 0xAAAA_AAAA_AAAA_AAAA
    }

    private func count(_ offsets: Range<Int>, _ step: Int, _ offset: Int) -> Int {
        let mask = Self.mask(step, offset)
        guard let last = offsets.last else { return 0 }
        var count = 0
        for word in bits.stored.clamped(to: offsets.lowerBound / 64..<last / 64 + 1) {
            var part = bits[word] & mask
            if word == offsets.lowerBound / 64 { part &= .max << UInt64(offsets.lowerBound % 64) }
            if word == last / 64 { part &= .max >> UInt64(63 - last % 64) }
            count += part.nonzeroBitCount
        }
        return count
    }

    private static func walk(_ ports: PortSet, _ range: PortRange, step: Int, parity: Int, _ below: Int) -> Walk {
        var walk = Walk()
        var end = 0
        for ports in ports.ranges {
            // Positions in the walk, excluding the end.
            let first = (Int(ports.first) - Int(range.first) - parity + step - 1) / step
            let next = (Int(ports.last) - Int(range.first) - parity + step) / step
            guard first < next else { continue }
            walk.count += next - first
            walk.countBelow += max(0, min(next, (below - parity + step - 1) / step) - first)
            if let row = walk.rows.last, end == first {
                walk.rows[walk.rows.count - 1] = row + next - first
            } else {
                walk.rows.append(next - first)
            }
            end = next
        }
        walk.saved = LoopOdds.positionsSaved(by: walk.rows)
        return walk
    }
}

extension BlockedPorts.Walk {
    /// Adds random steps between the ports, `count` in number, which changes the length of a lap.
    fileprivate mutating func space(_ width: Int, _ bits: PortBits, _ count: Int, step: Int, parity: Int) {
        let positions = count / step
        guard positions > 0 else { return }
        let isBlocked = (0..<positions).map { bits.contains($0 * step + parity) }
        let hasTop = step == 2 && parity == 0 && count % 2 == 1
        let walk = SpacedWalk(
            width: width, isBlocked: isBlocked, top: hasTop ? bits.contains(count - 1) : nil)
        spaced = walk
        saved = Double(positions) - walk.attemptsPerLap * LoopOdds.meanStep
    }
}

extension BlockedPorts: Hashable {
    /// All other properties follow from these.
    package static func == (left: BlockedPorts, right: BlockedPorts) -> Bool {
        left.range == right.range && left.ports == right.ports && left.stepWidth == right.stepWidth
    }

    /// All other properties follow from these.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(range)
        hasher.combine(ports)
    }
}
