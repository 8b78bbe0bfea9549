/// The order in which the kernel looks through the ephemeral range for one kind of client.
struct PortWalk {
    /// The wanted port, as its distance from the lower bound.
    private let wanted: Int
    private let range: PortRange
    private let blocked: PortSet
    private let step: Int
    /// The ports behind the lower bound that the walk starts in: 0 for the lower bound's parity, 1 for the other.
    private var parity = 0

    /// How many ports a walk can start at.
    let positions: Int

    /// The walk of `kind` through `range`; the other parity's where every port of the favoured one is blocked.
    ///
    /// A socket with SO_REUSEADDR that binds port 0 walks the lower half, and the upper only when nothing is left
    /// there (`attempt_half`).
    init(to port: UInt16, _ kind: ClientKind, _ range: PortRange, blocked: PortSet, lowerHalf: Bool) {
        wanted = Int(port) - Int(range.first)
        let half = range.count / 4 * 2
        let range = lowerHalf && half >= 2 ? PortRange(range.first, range.first + UInt16(half) - 1) : range
        self.range = range
        self.blocked = blocked
        step = kind == .range || range.count == 1 ? 1 : 2
        // Both functions round the number of ports down to an even one, and a start behind it is never drawn.
        positions = step == 1 ? range.count : range.count / 2
        guard step == 2 else { return }
        parity = kind == .bind ? 1 : 0
        if isUsedUp { parity = 1 - parity }
    }

    /// From how many starts the walk ends at the port: itself, and the blocked ones from which it leads there.
    var startsThatHit: Int {
        guard wanted < range.count, step == 1 || wanted % step == parity else { return 0 }
        var starts = isStart(wanted) ? 1 : 0
        var pending = predecessors(of: wanted)
        while starts < positions, let before = pending.popLast() {
            guard isBlocked(before) else { continue }
            starts += isStart(before) ? 1 : 0
            pending += predecessors(of: before)
        }
        return starts
    }

    private func isStart(_ offset: Int) -> Bool { offset < positions * step }

    private var isUsedUp: Bool {
        stride(from: parity, to: range.count, by: step).allSatisfy(isBlocked)
    }

    private func isBlocked(_ offset: Int) -> Bool {
        offset != wanted && blocked.contains(range.first + UInt16(offset))
    }

    /// The ports from which the walk comes to this one. Its end is that of the range, but it goes back by the
    /// number of ports rounded down: with an odd number it passes the top port and returns to the third.
    private func predecessors(of offset: Int) -> [Int] {
        let isOdd = step == 2 && range.count % 2 == 1
        let top = range.count - 1
        if isOdd && parity == 0 { return offset == 0 ? [] : offset == 2 ? [0, top] : [offset - 2] }
        return [offset >= step ? offset - step : offset + (positions - 1) * step]
    }
}
