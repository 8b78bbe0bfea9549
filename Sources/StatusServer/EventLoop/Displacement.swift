import SelfConnect

/// Decides which connection is closed so that another one can be accepted or answered. Times are readings of the monotonic
/// clock.
enum Displacement {
    /// What the decision depends on.
    struct Candidate {
        let token: UInt64
        /// Whether all that has arrived was answered, and the answer was sent.
        var awaitsClient = false
        /// Whether it waits for a turn: a request that has arrived may not have been read yet.
        var isDeferred = false
        /// Whether a response was sent on it. Such a connection may end at any time (RFC 9112 §9.3.1).
        var wasAnswered = false
        /// Since when its client has read nothing of what was sent; nil if nothing is unsent.
        var unreadSince: Duration?
        /// Since when a response has been sent without a break; nil if none is.
        var answeringSince: Duration?
        /// Octets that are not sent yet.
        var unsent = 0

        /// Whether its client has read nothing for so long that it may be closed in favour of others.
        func isUnread(at now: Duration) -> Bool { unreadSince.map { now - $0 >= readLimit } ?? false }

        /// Whether a response takes so long that the connection may be closed in favour of another.
        func isSlow(at now: Duration) -> Bool { answeringSince.map { now - $0 >= answerLimit } ?? false }
    }

    /// A client that reads nothing for this long may be closed to make room for others.
    static let readLimit = Duration.seconds(1)
    /// A client that takes this long to read a response may be closed to make room for another.
    static let answerLimit = Duration.seconds(5)

    /// The connection of one client that is closed in favour of a new one: of those that wait for their client, the oldest
    /// that was never answered, or else the oldest; then the oldest that reads slowly or not at all; then the oldest.
    ///
    /// - Parameter mayInterrupt: whether a response under way may be cut off.
    /// - Returns: its token; nil if none may be closed.
    static func victim(among candidates: [Candidate], mayInterrupt: Bool, at now: Duration) -> UInt64? {
        let idle = candidates.filter { $0.awaitsClient && !$0.isDeferred }
        let first = idle.min { ($0.wasAnswered ? 1 : 0, $0.token) < ($1.wasAnswered ? 1 : 0, $1.token) }
        if let first { return first.token }
        let slow = candidates.filter { $0.isUnread(at: now) || $0.isSlow(at: now) }
        if let slowest = oldest(slow) { return slowest }
        return mayInterrupt ? oldest(candidates) : nil
    }

    /// The connection that is closed because too much is unsent in all: the one with most of it whose client reads nothing.
    static func slowestReader(among candidates: [Candidate], at now: Duration) -> UInt64? {
        candidates.filter { $0.isUnread(at: now) }.max { $0.unsent < $1.unsent }?.token
    }

    private static func oldest(_ candidates: [Candidate]) -> UInt64? { candidates.map(\.token).min() }
}
