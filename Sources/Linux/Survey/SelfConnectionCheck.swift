// Proves self-connections among connections with equal endpoints. Such a connection is a self-connection only if it
// receives what it sends; NAT and eBPF programs create others that look the same.

import SelfConnect

/// Determines which connections with equal endpoints are self-connections.
///
/// The other end of a connection never changes, so a result is kept during the lifetime of the connection, and each
/// connection is checked once.
package struct SelfConnectionCheck: Sendable {
    /// How often changing counters are read again.
    private static let looks = 4
    private static let pause = Duration.microseconds(500)
    /// How long a segment over loopback may be in transit: it waits in a queue while its processor does other work, or
    /// while the processor of a virtual machine is stopped.
    private static let transit = Duration.milliseconds(50)
    /// Time limit for one table: any user can open connections with equal endpoints.
    private static let timeLimit = Duration.milliseconds(20)
    /// How long a service may take to respond; it is usually on this host.
    private static let answerTime = Duration.milliseconds(10)

    private var known: [Key: Knowledge] = [:]
    private var timeLeft = Duration.zero

    /// A check that has examined no connection yet.
    package init() {}

    /// The number of connections whose result is kept.
    package var count: Int { known.count }

    private struct Key: Hashable {
        var inode: UInt32
        var endpoint: Endpoint
    }

    private enum Knowledge {
        case proved
        case refuted
        /// Its counters are those of a self-connection, but a service responds at its endpoint.
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
        /// The counters are those of a self-connection, but data was exchanged.
        case ambiguous
        case unknown
    }

    /// Checks all such connections of a table.
    ///
    /// - Parameters:
    ///   - isWhole: whether the table has all connections of the namespace, so that results of others can be discarded.
    ///   - information: reads the counters of one connection; nil if it has gone.
    ///   - answer: whether a service responds at an endpoint.
    mutating func settle(
        _ table: inout SocketTable, isWhole: Bool,
        information: (SocketRecord) throws(SystemCallError) -> ConnectionInformation?,
        answer: (Endpoint, Duration) throws(SystemCallError) -> ServiceCheck.Answer = ServiceCheck.answer
    ) throws(SystemCallError) {
        timeLeft = Self.timeLimit
        let candidates = table.equalNames.filter(\.namesAreEqual)
        if isWhole { forget(besides: candidates) }
        guard !candidates.isEmpty else { return }
        let withPartner = table.endpointsWithPartner(among: Set(candidates.map(\.local)))
        for socket in candidates {
            let key = Key(inode: socket.inode, endpoint: socket.local)
            if let found = try find(socket, key, withPartner.contains(socket.local), information, answer) {
                // A connection that its owner has closed has no inode, so it cannot be identified later.
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
        _ information: (SocketRecord) throws(SystemCallError) -> ConnectionInformation?,
        _ answer: (Endpoint, Duration) throws(SystemCallError) -> ServiceCheck.Answer
    ) throws(SystemCallError) -> Knowledge? {
        let last = known[key]
        if last == .proved || last == .refuted { return last }
        switch try likeness(of: socket, information) {
        case .proved: return .proved
        case .refuted: return .refuted
        case .unknown: return last
        case .ambiguous:
            guard last == nil else { return last }
            // If the other end of such a connection is on this host, it is visible without a connection attempt.
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
        of socket: SocketRecord, _ information: (SocketRecord) throws(SystemCallError) -> ConnectionInformation?
    ) throws(SystemCallError) -> Likeness {
        var last: SegmentCounters?
        for look in 1...Self.looks {
            guard let found = try information(socket), let current = found.counters else { return .unknown }
            if current.canBeOfSelfConnection { return current.areAmbiguous ? .ambiguous : .proved }
            // The kernel reads the state before the counters: a socket that its owner resets or connects again in between
            // seems to be established with the counters of the next attempt. One look refutes nothing.
            if let last {
                if last.excludeSelfConnection && current.excludeSelfConnection { return .refuted }
                if current == last, let age = found.sinceSending, age >= Self.transit { return .refuted }
            }
            last = current
            guard timeLeft > .zero, look < Self.looks else { return .unknown }
            Thread.sleep(Self.pause)
            timeLeft -= Self.pause
        }
        return .unknown
    }
}
