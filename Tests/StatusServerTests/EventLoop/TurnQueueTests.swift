import Testing

@testable import StatusServer

/// The order of connections that have used up a turn.
@Suite struct TurnQueueTests {
    private static func queue(_ tokens: UInt64...) -> TurnQueue {
        var queue = TurnQueue()
        for token in tokens { queue.append(token) }
        return queue
    }

    @Test func `Clients are served in order, each once a round`() {
        var queue = Self.queue(3, 1, 3, 2)
        queue.beginRound(at: .zero)
        var served: [UInt64] = []
        while let token = queue.next(at: .zero) {
            served.append(token)
            queue.append(token)
        }
        #expect(served == [3, 1, 2] && !queue.isEmpty && queue.contains(3))
        queue.beginRound(at: .zero)
        let first = queue.next(at: .zero)
        #expect(first == 3)
    }

    @Test func `A round ends when the time of one turn is used up, and the next continues`() {
        var queue = Self.queue(1, 2, 3)
        queue.beginRound(at: .seconds(5))
        let first = [queue.next(at: .seconds(5)), queue.next(at: .seconds(5) + queue.turn)]
        #expect(first == [1, nil] && !queue.contains(1) && queue.contains(2))
        queue.beginRound(at: .seconds(6))
        let rest = (0..<3).map { _ in queue.next(at: .seconds(6)) }
        #expect(rest == [2, 3, nil] && queue.isEmpty)
    }

    @Test func `A turn is used up after ten milliseconds`() {
        let queue = TurnQueue()
        #expect(!queue.isUsedUp(since: .seconds(1), at: .milliseconds(1_009)))
        #expect(queue.isUsedUp(since: .seconds(1), at: .milliseconds(1_010)))
    }
}
