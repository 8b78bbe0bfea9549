// From equal names to a proof. A connection whose names are equal is one to itself only if it receives what it sends; NAT
// and eBPF programs make others look the same.

import SelfConnect

/// Finds out which connections with equal names are connected to themselves.
struct SelfConnectionCheck: ~Copyable {
    /// How often counters that move are read again.
    private static let looks = 4
    private static let pause = Duration.microseconds(500)
    /// The bound on all pauses of one table: anybody can open connections with equal names.
    private var timeLeft = Duration.milliseconds(20)

    /// Settles all such connections of a table. `counters` reads those of one connection, nil once it has gone.
    mutating func settle(
        _ table: inout SocketTable,
        counters: (SocketRecord) throws(SystemCallError) -> SegmentCounters?
    ) throws(SystemCallError) {
        let candidates = table.equalNames.filter(\.namesAreEqual)
        let withPartner = table.endpointsWithPartner(among: Set(candidates.map(\.local)))
        for socket in candidates {
            let proof = try proof(of: socket, counters)
            // An exchange with a service may be as long in both directions at some moment.
            let isInDoubt = proof == .proved && withPartner.contains(socket.local)
            table.settle(socket, isInDoubt ? .unconfirmed : proof)
        }
    }

    private mutating func proof(
        of socket: SocketRecord, _ counters: (SocketRecord) throws(SystemCallError) -> SegmentCounters?
    ) throws(SystemCallError) -> SelfConnectionProof {
        var last: SegmentCounters?
        for _ in 0..<Self.looks {
            guard let current = try counters(socket) else { return .unconfirmed }
            if current.areOfSelfConnection { return .proved }
            if current == last { return .refuted }
            last = current
            guard timeLeft > .zero else { return .unconfirmed }
            Thread.sleep(Self.pause)
            timeLeft -= Self.pause
        }
        return .unconfirmed
    }
}
