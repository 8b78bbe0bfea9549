import SelfConnect

/// The order in which connections are served that have used up a turn: after all others, and in each round no longer than
/// one turn takes, so that no other client waits longer than that. Times are readings of the monotonic clock.
struct TurnQueue {
    /// How long one connection may be served while others wait; a response that was begun is completed.
    var turn = Duration.milliseconds(10)
    private var tokens: [UInt64] = []
    private var members: Set<UInt64> = []
    /// Connections of the present round that are left, and when it ends.
    private var round: (left: Int, end: Duration) = (0, .zero)

    /// Whether no connection waits.
    var isEmpty: Bool { members.isEmpty }

    /// Whether this connection waits.
    func contains(_ token: UInt64) -> Bool { members.contains(token) }

    /// Whether a connection that has been served since `start` has used up its turn.
    func isUsedUp(since start: Duration, at now: Duration) -> Bool { now - start >= turn }

    /// Lets a connection wait behind those that do already; one that waits keeps its place.
    mutating func append(_ token: UInt64) {
        if members.insert(token).inserted { tokens.append(token) }
    }

    /// Begins a round with the connections that wait now.
    mutating func beginRound(at now: Duration) { round = (tokens.count, now + turn) }

    /// The next connection of the round; nil if there is none, or the time is used up: the rest waits for the next round.
    mutating func next(at now: Duration) -> UInt64? {
        guard round.left > 0, now < round.end else { return nil }
        round.left -= 1
        let token = tokens.removeFirst()
        members.remove(token)
        return token
    }
}
