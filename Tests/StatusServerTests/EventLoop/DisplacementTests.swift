import Testing

@testable import StatusServer

/// Which connection is closed in favour of another.
@Suite struct DisplacementTests {
    private typealias Candidate = Displacement.Candidate

    private static let now = Duration.seconds(100)
    private static let busy = (1...3).map { Candidate(token: $0, answeringSince: now) }

    private static func victim(_ candidates: [Candidate], mayInterrupt: Bool = false) -> UInt64? {
        Displacement.victim(among: candidates + busy, mayInterrupt: mayInterrupt, at: now)
    }

    @Test
    func `The oldest connection without a response is displaced first, then the oldest that waits for its client`() {
        let answered = [5, 6].map { Candidate(token: $0, awaitsClient: true, wasAnswered: true) }
        let fresh = [8, 7].map { Candidate(token: $0, awaitsClient: true) }
        #expect(Self.victim(answered + fresh) == 7)
        #expect(Self.victim(answered) == 5)
    }

    @Test func `A connection that waits for its turn is kept, because it may have sent a request`() {
        #expect(Self.victim([Candidate(token: 5, awaitsClient: true, isDeferred: true)]) == nil)
    }

    @Test func `A client that reads nothing for a second, or reads for five, makes room`() {
        let unread = Candidate(token: 5, unreadSince: Self.now - .seconds(1), answeringSince: Self.now - .seconds(1))
        let slow = Candidate(token: 6, unreadSince: Self.now, answeringSince: Self.now - .seconds(5))
        #expect(Self.victim([slow, unread]) == 5 && Self.victim([slow]) == 6)
        let reading = Candidate(
            token: 7, unreadSince: Self.now - .milliseconds(999), answeringSince: Self.now - .milliseconds(4_999))
        #expect(Self.victim([reading]) == nil)
    }

    @Test func `A response under way is cut off only if that is allowed, the oldest first`() {
        #expect(Self.victim([]) == nil && Self.victim([], mayInterrupt: true) == 1)
    }

    @Test func `Of those whose clients read nothing, the one with most unsent data is closed`() {
        let candidates = [(4, 10, 2), (5, 30, 2), (6, 90, 0)].map { token, unsent, seconds in
            Candidate(token: UInt64(token), unreadSince: Self.now - .seconds(seconds), unsent: unsent)
        }
        #expect(Displacement.slowestReader(among: candidates, at: Self.now) == 5)
        #expect(Displacement.slowestReader(among: [candidates[2]], at: Self.now) == nil)
    }

    @Test func `The memory of a peak is released once, when an eighth of the connections is left`() {
        var peak = ConnectionPeak()
        peak.record(255)
        let isOverEarly = peak.end(at: 0)
        #expect(!peak.isHigh && !isOverEarly)
        peak.record(256)
        peak.record(100)
        #expect(peak.isHigh)
        let isOver = [33, 32, 0].map { peak.end(at: $0) }
        #expect(isOver == [false, true, false] && !peak.isHigh)
    }
}
