import SelfConnect
import Testing

/// What counters say about a connection with equal names.
@Suite struct SegmentCountersTests {
    @Test(
        "A connection to itself has received all that it sent, and has sent at least its SYN and an answer to it",
        arguments: [
            (SegmentCounters(segmentsOut: 3, segmentsIn: 3), true),
            (SegmentCounters(segmentsOut: 2, segmentsIn: 1), false),
            (SegmentCounters(segmentsOut: 3, segmentsIn: 2), false),
            (SegmentCounters(segmentsOut: 1, segmentsIn: 1), false),
            (SegmentCounters(segmentsOut: 0, segmentsIn: 0), false),
            (
                SegmentCounters(
                    segmentsOut: 5, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 5,
                    bytesReceived: 5), true
            ),
            // As many segments, but a short question and a long answer.
            (
                SegmentCounters(
                    segmentsOut: 5, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 5,
                    bytesReceived: 50), false
            ),
            (SegmentCounters(segmentsOut: 5, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 2), false),
        ])
    func proof(_ counters: SegmentCounters, _ isProof: Bool) {
        #expect(counters.areOfSelfConnection == isProof)
    }
}
