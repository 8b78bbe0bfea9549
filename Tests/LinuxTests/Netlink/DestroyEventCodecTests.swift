import Glibc
import SelfConnect
import Testing

@testable import Linux

@Suite struct DestroyEventCodecTests {
    private static let endpoint = Endpoint(.loopback4, 40130)
    private static let event = DestroyEvent(
        local: endpoint, peer: endpoint,
        counters: SegmentCounters(
            segmentsOut: 6, segmentsIn: 5, dataSegmentsOut: 1, dataSegmentsIn: 1, bytesSent: 5, bytesReceived: 5),
        unread: 2)

    @Test("A recorded announcement is decoded to its socket with its counters") func recorded() throws {
        #expect(try Self.events(in: Recorded.destroyedSelfConnection) == [Self.event])
    }

    @Test("An announcement of a socket with the probe mark is that of a probe") func mark() throws {
        var message = Recorded.destroyedSelfConnection
        // tcpi_max_pacing_rate: behind the headers, INET_DIAG_PROTOCOL and the header of INET_DIAG_INFO.
        let offset = 16 + 72 + 8 + 4 + 112
        message.replaceSubrange(offset..<offset + 8, with: UInt64(ProbeMark.pacingRate).octets)
        #expect(try Self.events(in: message).map(\.isProbe) == [true])
    }

    @Test("A message of another process is ignored") func foreignSender() throws {
        #expect(try Self.events(in: Recorded.destroyedSelfConnection, from: 4711).isEmpty)
    }

    @Test("A message of another type or without counters is not an event") func others() throws {
        var other = Recorded.destroyedSelfConnection
        other[4] = 0x15
        #expect(try Self.events(in: other).isEmpty)
        #expect(try Self.events(in: Recorded.listener4).isEmpty)
    }

    @Test("A truncated announcement is an error or gives no event, never a wrong one") func truncation() {
        for length in 0..<Recorded.destroyedSelfConnection.count {
            let message = Array(Recorded.destroyedSelfConnection[..<length])
            let events = (try? Self.events(in: message)) ?? []
            #expect(events.isEmpty, "\(length) octets")
        }
    }

    private static func events(in datagram: [UInt8], from sender: UInt32 = 0) throws -> [DestroyEvent] {
        var events: [DestroyEvent] = []
        try DestroyEventCodec.forEach(in: datagram.span.bytes, from: sender) { events.append($0) }
        return events
    }
}
