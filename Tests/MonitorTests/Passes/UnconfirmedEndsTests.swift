import SelfConnect
import Testing

@testable import Monitor

@Suite struct UnconfirmedEndsTests {
    private static func event(_ port: UInt16) -> DestroyEvent {
        let endpoint = Endpoint(.loopback4, port)
        return DestroyEvent(
            local: endpoint, peer: endpoint, counters: SegmentCounters(segmentsOut: 5, segmentsIn: 6, bytesReceived: 1))
    }

    @Test("What a step has no time for waits for the next one, in the order of the ends") func time() {
        var ends = UnconfirmedEnds()
        for port in 1...5 as ClosedRange<UInt16> { _ = ends.append(Self.event(port)) }
        var asked: [UInt16] = []
        func step(_ most: Int) -> [UInt16] {
            var left = most
            return ends.confirm(while: { left > 0 }) { event in
                left -= 1
                asked.append(event.local.port)
                return event.local.port != 3
            }
            .map(\.local.port)
        }
        let steps = [step(0), step(2), step(9)]
        #expect(steps == [[], [1, 2], [4, 5]] && ends.isEmpty)
        #expect(asked == [1, 2, 3, 4, 5])
    }

    @Test("One without an answer is asked about again, at most three times, and not twice in one step")
    func unanswered() {
        var ends = UnconfirmedEnds()
        _ = ends.append(Self.event(1))
        var asked = 0
        for step in 1...5 {
            let confirmed = ends.confirm(while: { true }) { _ in
                asked += 1
                return nil
            }
            #expect(confirmed.isEmpty && asked == min(step, UnconfirmedEnds.maxAttempts))
        }
        #expect(ends.isEmpty)
    }

    @Test("Too many are refused") func limit() {
        var ends = UnconfirmedEnds()
        let accepted = (0...UnconfirmedEnds.limit).count { _ in ends.append(Self.event(1)) }
        #expect(accepted == UnconfirmedEnds.limit && ends.count == accepted)
    }
}
