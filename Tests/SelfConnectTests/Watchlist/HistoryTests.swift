import SelfConnect
import Testing

/// The changes of a verdict.
@Suite struct HistoryTests {
    static let susceptible = Scenario { $0.allSaw(.selfConnected) }.assessment
    static let outside = Scenario("127.0.0.1:30000").assessment

    @Test("The first assessment is a change; the same verdict again is not") func changes() throws {
        var history = History()
        let started = history.record(Self.susceptible, at: Timestamp(nanoseconds: 1))
        let first = try #require(started)
        #expect(first.previous == nil && first.verdict == .susceptible && first.severity == .critical)
        #expect(first.reason == Self.susceptible.reason && first.at == Timestamp(nanoseconds: 1))
        #expect(history.record(Self.susceptible, at: Timestamp(nanoseconds: 2)) == nil)
        let changed = history.record(Self.outside, at: Timestamp(nanoseconds: 3))
        let second = try #require(changed)
        #expect(second.previous == .susceptible && history.changes == [first, second])
    }

    @Test("The history is bounded and drops its oldest entry first", arguments: [(0, 1), (1, 1), (3, 3), (32, 32)])
    func bounded(_ wanted: Int, _ capacity: Int) {
        var history = History(capacity: wanted)
        for count in 0..<100 {
            _ = history.record(
                count % 2 == 0 ? Self.susceptible : Self.outside, at: Timestamp(nanoseconds: Int64(count)))
        }
        #expect(history.capacity == capacity && history.changes.count == capacity)
        #expect(history.changes.last?.at == Timestamp(nanoseconds: 99))
        #expect(history.changes.first?.at == Timestamp(nanoseconds: Int64(100 - capacity)))
    }
}
