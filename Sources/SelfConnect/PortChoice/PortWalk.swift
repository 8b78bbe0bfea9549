// The geometry of the kernel's port choice: where a walk can start, and where it ends.
//
// Positions are the ports of one parity (with IP_LOCAL_PORT_RANGE: all ports) in ascending order. After the last one
// the walk continues at the first, with a calculation (`port -= remaining`) that rounds the number of ports down to an
// even one. So with an odd number of ports it visits the top port in place of the first one.

/// The order in which the kernel searches the ephemeral range for one client kind.
struct PortWalk {
    /// A port at which a walk can start.
    struct Start {
        /// The number of ports that a walk from here skips.
        let passed: Int
        /// Whether the walk ends at the wanted port.
        let hits: Bool
    }

    /// The number of ports at which a walk can start.
    let positions: Int
    /// The offset of the wanted port from the lower bound.
    private let wanted: Int
    private let blocked: BlockedPorts
    /// The number of ports of both parities.
    private let count: Int
    private let step: Int
    /// 0 for the lower bound's parity, 1 for the other.
    private var parity = 0

    /// The walk of `kind` through a range; over the other parity if every port of the preferred one is blocked.
    ///
    /// A socket with SO_REUSEADDR that binds port 0 walks the lower half, and the upper one only if the lower half is
    /// used up (`attempt_half`).
    init(to port: UInt16, _ kind: ClientKind, blocked: BlockedPorts, lowerHalf: Bool) {
        wanted = Int(port) - Int(blocked.range.first)
        let half = BlockedPorts.lowerHalf(of: blocked.range.count)
        let isHalved = lowerHalf && half > 0
        let count = isHalved ? half : blocked.range.count
        self.blocked = blocked
        self.count = count
        step = kind.preference == .none || count == 1 ? 1 : 2
        positions = step == 1 ? count : count / 2
        guard step == 2 else { return }
        parity = kind.preference == .otherParity ? 1 : 0
        let favoured = blocked.walk(step: 2, parity: parity)
        let isUsedUp = (isHalved ? favoured.countBelow : favoured.count) == (count - parity + 1) / 2
        // The wanted port counts as free.
        if isUsedUp && !passes(wanted) { parity = 1 - parity }
    }

    /// The starts before the wanted port, nearest first: all that lead to it, and enough free ones before those that
    /// the origin of the walk does not matter. Empty if the walk does not reach it.
    var approach: [Start] {
        guard let end else { return [] }
        var starts: [Start] = []
        starts.reserveCapacity(Self.reach * 2)
        // How many ports the nearest start skips does not matter: whatever it is, the walk goes on past the port.
        var onward = Start(passed: 0, hits: false)
        var free = 0
        for place in stride(from: end, to: end - positions, by: -1) {
            guard free < Self.reach else { break }
            let start = meet(place % positions * step + parity, onward)
            starts.append(start)
            free += start.passed == 0 ? 1 : 0
            // A walk that starts here begins with the first port; one that wraps around visits the top port.
            onward = hasTop && place == positions ? meet(top, onward) : start
        }
        return starts
    }

    /// The number of starts from which a walk ends at the wanted port: itself, and the run of blocked ports before it.
    /// 0 if the walk does not reach it.
    var startsThatHit: Int {
        guard passes(wanted) else { return 0 }
        let row = blocked.row(before: wanted, step: step)
        // Across the lower bound, and to the top port, the circular order must be followed.
        let isPlain = wanted > (row + 1) * step && !(hasTop && wanted == top)
        return isPlain ? row + 1 : approach.count { $0.hits }
    }

    /// Whether none of the relevant ports before the wanted one is blocked. Then no walk goes on from its start, and the top
    /// port, which is only visited instead of the first one, does not matter.
    var isOpen: Bool { blocked.count(before: wanted, min(Self.reach, positions), step: step) == 0 }

    /// The number of positions by which blocked ports shorten a lap.
    var saved: Double { blocked.walk(step: step, parity: parity).saved }

    /// The same walk with random steps, and the position of the wanted port; nil if steps are not random or the walk
    /// does not reach it.
    var spaced: (walk: SpacedWalk, place: Int)? {
        guard passes(wanted), let walk = blocked.walk(step: step, parity: parity).spaced else { return nil }
        return (walk, (wanted - parity) / step)
    }

    /// After this many steps over free ports, the start of a walk does not matter any more.
    private static let reach = 64

    private var top: Int { count - 1 }
    private var hasTop: Bool { step == 2 && parity == 0 && count % 2 == 1 }

    /// The position of the wanted port in the second lap, counting continuously; nil if the walk does not reach it.
    private var end: Int? {
        guard passes(wanted) else { return nil }
        return hasTop && wanted == top ? positions : wanted / step + positions
    }

    private func meet(_ offset: Int, _ onward: Start) -> Start {
        if offset == wanted { return Start(passed: 0, hits: true) }
        return isBlocked(offset) ? Start(passed: onward.passed + 1, hits: onward.hits) : Start(passed: 0, hits: false)
    }

    private func passes(_ offset: Int) -> Bool {
        offset >= 0 && offset < count && (step == 1 || offset % step == parity)
    }

    private func isBlocked(_ offset: Int) -> Bool {
        offset != wanted && blocked.contains(offset: offset)
    }
}
