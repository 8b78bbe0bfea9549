import SelfConnect
import Testing

/// Counters of connections with equal endpoints.
@Suite struct SegmentCountersTests {
    @Test(
        "A self-connection has received all that it sent, and has sent at least a SYN and a SYN-ACK",
        arguments: [
            (SegmentCounters(segmentsOut: 3, segmentsIn: 3), true),
            // The reset of an earlier connection with the same endpoints arrived late.
            (SegmentCounters(segmentsOut: 3, segmentsIn: 4), true),
            // To a service behind NAT as well, and with a SYN that was lost.
            (SegmentCounters(segmentsOut: 1, segmentsIn: 2), false),
            (SegmentCounters(segmentsOut: 2, segmentsIn: 2, segmentsRetransmitted: 1), false),
            (SegmentCounters(segmentsOut: 2, segmentsIn: 1), false),
            (SegmentCounters(segmentsOut: 3, segmentsIn: 2), false),
            (SegmentCounters(segmentsOut: 1, segmentsIn: 1), false),
            (SegmentCounters(segmentsOut: 0, segmentsIn: 0), false),
            (
                SegmentCounters(
                    segmentsOut: 5, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 5,
                    bytesReceived: 5), true
            ),
            // Equal numbers of segments, but a short request and a long response.
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

    @Test(
        "Counters show a self-connection, an ordinary connection, or an exchange under way",
        arguments: [
            (SegmentCounters(segmentsOut: 3, segmentsIn: 3), "can"),
            // To a service: established, and after an exchange that ends with equal counters by chance.
            (SegmentCounters(segmentsOut: 2, segmentsIn: 1), "excluded"),
            (SegmentCounters(segmentsOut: 3, segmentsIn: 2), "neither"),
            (
                SegmentCounters(
                    segmentsOut: 11, segmentsIn: 11, dataSegmentsOut: 8, dataSegmentsIn: 8, bytesSent: 8,
                    bytesReceived: 8), "can ambiguous"
            ),
            // To a service that sends more segments than it receives, or to itself with late segments of earlier connections.
            (SegmentCounters(segmentsOut: 12, segmentsIn: 17, dataSegmentsOut: 8, dataSegmentsIn: 8), "can ambiguous"),
            (SegmentCounters(segmentsOut: 3, segmentsIn: 4), "can ambiguous"),
            // A SYN and a SYN-ACK are what it has sent at least.
            (SegmentCounters(segmentsOut: 2, segmentsIn: 2), "can"),
            (SegmentCounters(segmentsOut: 1, segmentsIn: 2), "excluded"),
            (SegmentCounters(segmentsOut: 9, segmentsIn: 9, dataSegmentsOut: 2, dataSegmentsIn: 3), "excluded"),
            (
                SegmentCounters(
                    segmentsOut: 5, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 5,
                    bytesReceived: 50), "excluded"
            ),
            // To itself: a lost SYN, and octets without buffer space, both retransmitted.
            (SegmentCounters(segmentsOut: 4, segmentsIn: 3, segmentsRetransmitted: 1), "can ambiguous"),
            (
                SegmentCounters(
                    segmentsOut: 30_844, segmentsIn: 30_844, dataSegmentsOut: 30_816, dataSegmentsIn: 30_816,
                    bytesSent: 30_812_000, bytesReceived: 30_795_000, segmentsRetransmitted: 52), "can ambiguous"
            ),
        ])
    func possibility(_ counters: SegmentCounters, _ words: String) {
        let found = [
            counters.canBeOfSelfConnection ? "can" : nil, counters.excludeSelfConnection ? "excluded" : nil,
            counters.canBeOfSelfConnection || counters.excludeSelfConnection ? nil : "neither",
            counters.canBeOfSelfConnection && counters.areAmbiguous ? "ambiguous" : nil,
        ]
        #expect(found.compactMap { $0 }.joined(separator: " ") == words)
    }
}
