import SelfConnect
import Testing

/// What the end of a socket says. The counters are those that Linux 6.18 announced.
@Suite struct DestroyEventTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let counters: SegmentCounters
        var unread: UInt32 = 0
        let meaning: DestroyEvent.Meaning
    }

    private static let endpoint = Endpoint(.loopback4, 40100)
    private static let noPeer = Endpoint(.v4(IPv4Address(bits: 0)), 0)
    private static let none = SegmentCounters(segmentsOut: 0, segmentsIn: 0)

    static let equalNames = [
        Row(
            testDescription: "closed without data",
            counters: SegmentCounters(segmentsOut: 5, segmentsIn: 5, bytesReceived: 1), unread: 1,
            meaning: .selfConnection),
        Row(
            testDescription: "all that was sent was read",
            counters: SegmentCounters(
                segmentsOut: 7, segmentsIn: 7, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 10, bytesReceived: 11),
            unread: 1, meaning: .ambiguous),
        Row(
            testDescription: "closed with data that was not read",
            counters: SegmentCounters(
                segmentsOut: 6, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 10, bytesReceived: 10),
            unread: 10, meaning: .ambiguous),
        Row(
            testDescription: "more was sent than the buffer held",
            counters: SegmentCounters(
                segmentsOut: 11, segmentsIn: 10, dataSegmentsOut: 5, dataSegmentsIn: 5, bytesSent: 101_696,
                bytesReceived: 100_000, segmentsRetransmitted: 1), unread: 100_000, meaning: .ambiguous),
        Row(
            testDescription: "counters at their highest values",
            counters: SegmentCounters(
                segmentsOut: .max, segmentsIn: .max, dataSegmentsOut: .max, dataSegmentsIn: .max, bytesSent: .max,
                bytesReceived: .max, segmentsRetransmitted: .max), unread: .max, meaning: .ambiguous),
        Row(
            testDescription: "to a service, closed by the client",
            counters: SegmentCounters(segmentsOut: 3, segmentsIn: 2), meaning: .other),
        Row(
            testDescription: "to a service, reset by the service",
            counters: SegmentCounters(segmentsOut: 2, segmentsIn: 2), meaning: .other),
        Row(
            testDescription: "to a service, reset by the service after probes for a dead peer",
            counters: SegmentCounters(segmentsOut: 9, segmentsIn: 9), meaning: .ambiguous),
        Row(
            testDescription: "to itself, reset with unread data after one segment",
            counters: SegmentCounters(
                segmentsOut: 5, segmentsIn: 4, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 10, bytesReceived: 10),
            unread: 10, meaning: .ambiguous),
        Row(
            testDescription: "to a service, closed without data",
            counters: SegmentCounters(segmentsOut: 6, segmentsIn: 5, bytesReceived: 1), meaning: .other),
        Row(
            testDescription: "to a service, which has closed before it received all",
            counters: SegmentCounters(
                segmentsOut: 7, segmentsIn: 7, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 10, bytesReceived: 9),
            meaning: .other),
        Row(
            testDescription: "to itself, after a retransmission",
            counters: SegmentCounters(segmentsOut: 6, segmentsIn: 6, bytesReceived: 1, segmentsRetransmitted: 1),
            meaning: .ambiguous),
        Row(
            testDescription: "to itself, after the late reset of an earlier connection",
            counters: SegmentCounters(segmentsOut: 5, segmentsIn: 6, bytesReceived: 1), meaning: .ambiguous),
        Row(
            testDescription: "to a service, a question and a longer answer",
            counters: SegmentCounters(
                segmentsOut: 7, segmentsIn: 7, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 10, bytesReceived: 40),
            meaning: .other),
        Row(
            testDescription: "to a service that received more than it sent",
            counters: SegmentCounters(
                segmentsOut: 7, segmentsIn: 7, dataSegmentsOut: 2, dataSegmentsIn: 1, bytesSent: 40, bytesReceived: 11),
            meaning: .other),
    ]

    @Test("Equal endpoints are a self-connection only with matching counters", arguments: equalNames)
    func counters(row: Row) {
        let event = DestroyEvent(
            local: Self.endpoint, peer: Self.endpoint, counters: row.counters, unread: row.unread)
        #expect(event.meaning == row.meaning)
    }

    @Test("A socket without a peer belonged to a server") func server() {
        #expect(DestroyEvent(local: Self.endpoint, peer: Self.noPeer, counters: Self.none).meaning == .server)
    }

    @Test(
        "A refused attempt or a reset self-connection, without a peer port, is neither a server nor a self-connection")
    func attempt() {
        let event = DestroyEvent(local: Self.endpoint, peer: Endpoint(.loopback4, 0), counters: Self.none)
        #expect(event.meaning == .other)
    }

    @Test("A socket with the probe mark is a probe in every other case too", arguments: [noPeer, endpoint])
    func probe(peer: Endpoint) {
        let counters = SegmentCounters(segmentsOut: 5, segmentsIn: 5, bytesReceived: 1)
        let event = DestroyEvent(local: Self.endpoint, peer: peer, counters: counters, unread: 1, isProbe: true)
        #expect(event.meaning == .probe)
    }

    @Test("Endpoints that differ only in the address are an ordinary connection") func otherAddress() throws {
        let counters = SegmentCounters(segmentsOut: 5, segmentsIn: 5, bytesReceived: 1)
        let event = DestroyEvent(local: Self.endpoint, peer: try Endpoint("127.0.0.2:40100"), counters: counters)
        #expect(event.meaning == .other)
    }
}
