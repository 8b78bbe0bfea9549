// From equal names to a proof. A connection whose names are equal is one to itself only if it receives what it sends; NAT
// and eBPF programs make others look the same.

import SelfConnect

/// Finds out which connections with equal names are connected to themselves.
///
/// What a connection is connected to never changes: so what was found out is kept as long as there is the connection, and
/// each is asked about once.
struct SelfConnectionCheck: ~Copyable {
    /// How often counters that move are read again.
    private static let looks = 4
    private static let pause = Duration.microseconds(500)
    /// The bound on waiting for one table: anybody can open connections with equal names.
    private static let patience = Duration.milliseconds(20)
    /// How long a service may take to answer, which is on this host for the most part.
    private static let answerTime = Duration.milliseconds(10)

    private var known: [Key: Knowledge] = [:]
    private var timeLeft = Duration.zero

    private struct Key: Hashable {
        var inode: UInt32
        var endpoint: Endpoint
    }

    private enum Knowledge {
        case proved
        case refuted
        /// Its counters are equal, but a service answers where it is connected to.
        case doubted

        var proof: SelfConnectionProof {
            switch self {
            case .proved: .proved
            case .refuted: .refuted
            case .doubted: .unconfirmed
            }
        }
    }

    private enum Likeness {
        case proved
        case refuted
        /// They are those of a self-connection, but data was exchanged.
        case ambiguous
        case unknown
    }

    /// Settles all such connections of a table.
    ///
    /// - Parameters:
    ///   - isWhole: whether it has all connections of the namespace, so that others can be forgotten.
    ///   - counters: reads those of one connection, nil once it has gone.
    ///   - answer: whether a service answers at an endpoint.
    mutating func settle(
        _ table: inout SocketTable, isWhole: Bool,
        counters: (SocketRecord) throws(SystemCallError) -> SegmentCounters?,
        answer: (Endpoint, Duration) throws(SystemCallError) -> ServiceCheck.Answer = ServiceCheck.ask
    ) throws(SystemCallError) {
        timeLeft = Self.patience
        let candidates = table.equalNames.filter(\.namesAreEqual)
        if isWhole { forget(besides: candidates) }
        guard !candidates.isEmpty else { return }
        let withPartner = table.endpointsWithPartner(among: Set(candidates.map(\.local)))
        for socket in candidates {
            let key = Key(inode: socket.inode, endpoint: socket.local)
            if let found = try find(socket, key, withPartner.contains(socket.local), counters, answer) {
                // One that its owner has closed has no inode, and may be another the next time.
                if socket.inode != 0 { known[key] = found }
                table.settle(socket, found.proof)
            }
        }
    }

    private mutating func forget(besides candidates: [SocketRecord]) {
        guard !known.isEmpty else { return }
        let keys = Set(candidates.map { Key(inode: $0.inode, endpoint: $0.local) })
        known = known.filter { keys.contains($0.key) }
    }

    private mutating func find(
        _ socket: SocketRecord, _ key: Key, _ hasPartner: Bool,
        _ counters: (SocketRecord) throws(SystemCallError) -> SegmentCounters?,
        _ answer: (Endpoint, Duration) throws(SystemCallError) -> ServiceCheck.Answer
    ) throws(SystemCallError) -> Knowledge? {
        let last = known[key]
        if last == .proved || last == .refuted { return last }
        switch try likeness(of: socket, counters) {
        case .proved: return .proved
        case .refuted: return .refuted
        case .unknown: return last
        case .ambiguous:
            guard last == nil else { return last }
            // The end of such a connection on this host shows without a question.
            guard !hasPartner else { return .doubted }
            guard timeLeft > .zero else { return nil }
            let start = Clock.monotonic
            let answer = try answer(socket.local, min(timeLeft, Self.answerTime))
            timeLeft -= Clock.monotonic - start
            switch answer {
            case .refused: return .proved
            case .answered: return .doubted
            case .unknown: return nil
            }
        }
    }

    private mutating func likeness(
        of socket: SocketRecord, _ counters: (SocketRecord) throws(SystemCallError) -> SegmentCounters?
    ) throws(SystemCallError) -> Likeness {
        var last: SegmentCounters?
        for look in 1...Self.looks {
            guard let current = try counters(socket) else { return .unknown }
            if current.excludeSelfConnection { return .refuted }
            if current.canBeOfSelfConnection { return current.areAmbiguous ? .ambiguous : .proved }
            if current == last { return .refuted }
            last = current
            guard timeLeft > .zero, look < Self.looks else { return .unknown }
            Thread.sleep(Self.pause)
            timeLeft -= Self.pause
        }
        return .unknown
    }
}
