// The geometry of the kernel's port choice: where a walk can start, and where it ends.
//
// Positions are the ports of one parity (with IP_LOCAL_PORT_RANGE: all ports), numbered upwards. Behind the last one
// the walk goes on at the first, by an address calculation (`port -= remaining`) that rounds the number of ports down
// to an even one. So with an odd number of ports it passes the top port in place of the first one.

/// The order in which the kernel looks through the ephemeral range for one kind of client.
struct PortWalk {
    /// A port that a walk can start at.
    struct Start {
        /// How many ports a walk from here passes over.
        let passed: Int
        /// Whether it ends at the wanted port.
        let hits: Bool
    }

    /// How many ports a walk can start at.
    let positions: Int
    /// The wanted port, as its distance from the lower bound.
    private let wanted: Int
    private let range: PortRange
    private let blocked: PortSet
    private let step: Int
    /// 0 for the lower bound's parity, 1 for the other.
    private var parity = 0

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
        positions = step == 1 ? range.count : range.count / 2
        guard step == 2 else { return }
        parity = kind == .bind ? 1 : 0
        if isUsedUp { parity = 1 - parity }
    }

    /// The starts in front of the wanted port, the nearest first: all that lead to it, and so many free ones before
    /// those that it does not matter where the walk came from. Empty where it does not come by.
    var approach: [Start] {
        guard let end else { return [] }
        var starts: [Start] = []
        var onward = Start(passed: blockedBehind(end), hits: false)
        var free = 0
        for place in stride(from: end, to: end - positions, by: -1) where free < Self.reach {
            let start = meet(place % positions * step + parity, onward)
            starts.append(start)
            free += start.passed == 0 ? 1 : 0
            // A walk that starts here begins with the first port; one that comes by meets the top port.
            onward = hasTop && place == positions ? meet(top, onward) : start
        }
        return starts
    }

    /// How many ports in a row are blocked, for each such row, in no order; with the wanted one, if it is.
    var blockedRows: [Int] {
        var rows: [ClosedRange<Int>] = []
        for ports in blocked.intersection(range).ranges {
            let first = (Int(ports.first) - Int(range.first) - parity + step - 1) / step
            let last = (Int(ports.last) - Int(range.first) - parity + step) / step - 1
            guard first <= last else { continue }
            if let row = rows.last, row.upperBound + 1 >= first {
                rows[rows.count - 1] = row.lowerBound...last
            } else {
                rows.append(first...last)
            }
        }
        return rows.map(\.count)
    }

    /// After so many steps over free ports it cannot be told any more where a walk began.
    private static let reach = 64

    private var top: Int { range.count - 1 }
    private var hasTop: Bool { step == 2 && parity == 0 && range.count % 2 == 1 }

    /// The wanted port's place in the second lap of a walk that goes on counting; nil where it does not come by.
    private var end: Int? {
        guard (0..<range.count).contains(wanted), step == 1 || wanted % step == parity else { return nil }
        return hasTop && wanted == top ? positions : wanted / step + positions
    }

    private func meet(_ offset: Int, _ onward: Start) -> Start {
        if offset == wanted { return Start(passed: 0, hits: true) }
        return isBlocked(offset) ? Start(passed: onward.passed + 1, hits: onward.hits) : Start(passed: 0, hits: false)
    }

    private func blockedBehind(_ place: Int) -> Int {
        var count = 0
        while count < positions, isBlocked((place + 1 + count) % positions * step + parity) { count += 1 }
        return count
    }

    private var isUsedUp: Bool {
        stride(from: parity, to: range.count, by: step).allSatisfy(isBlocked)
    }

    private func isBlocked(_ offset: Int) -> Bool {
        offset != wanted && blocked.contains(range.first + UInt16(offset))
    }
}
