/// What the kernel has counted on one TCP connection: TCP_INFO of an own socket, INET_DIAG_INFO of any.
///
/// A socket that is connected to itself receives every segment that it sends, so what it sent and what it received are
/// equal: 3 and 3 as soon as it is established. One that reached another socket begins with 2 and 1, whatever its names say.
/// That is a proof as long as no data has gone over the connection. A service that sends back what it receives, as an echo
/// or a heartbeat does, can make the counters equal from time to time.
public struct SegmentCounters: Hashable, Sendable {
    /// Segments sent (`tcpi_segs_out`).
    public var segmentsOut: UInt32
    /// Segments received (`tcpi_segs_in`).
    public var segmentsIn: UInt32
    /// Segments with data sent (`tcpi_data_segs_out`).
    public var dataSegmentsOut: UInt32
    /// Segments with data received (`tcpi_data_segs_in`).
    public var dataSegmentsIn: UInt32
    /// Octets sent, each once (`tcpi_bytes_sent - tcpi_bytes_retrans`, Linux 4.19).
    public var bytesSent: UInt64
    /// Octets received (`tcpi_bytes_received`).
    public var bytesReceived: UInt64
    /// Segments sent again (`tcpi_total_retrans`), which `segmentsOut` counts too.
    public var segmentsRetransmitted: UInt32

    /// Counters as given.
    public init(
        segmentsOut: UInt32, segmentsIn: UInt32, dataSegmentsOut: UInt32 = 0, dataSegmentsIn: UInt32 = 0,
        bytesSent: UInt64 = 0, bytesReceived: UInt64 = 0, segmentsRetransmitted: UInt32 = 0
    ) {
        self.segmentsOut = segmentsOut
        self.segmentsIn = segmentsIn
        self.dataSegmentsOut = dataSegmentsOut
        self.dataSegmentsIn = dataSegmentsIn
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
        self.segmentsRetransmitted = segmentsRetransmitted
    }

    /// Whether they are those of a connection to itself. While segments are under way they differ for a moment.
    public var areOfSelfConnection: Bool {
        segmentsOut == segmentsIn && segmentsIn >= 2 && dataSegmentsOut == dataSegmentsIn && bytesSent == bytesReceived
    }

    /// Whether data has gone over the connection, or segments were sent again: then equal counters are no proof.
    public var areAmbiguous: Bool { dataSegmentsOut > 0 || dataSegmentsIn > 0 || segmentsRetransmitted > 0 }

    /// Whether they can be those of an established connection to itself in which nothing is under way. What was lost was
    /// sent again. Octets that found no room in the receive buffer are counted as sent alone.
    public var canBeOfSelfConnection: Bool {
        guard !excludeSelfConnection else { return false }
        return segmentsOut - segmentsIn <= segmentsRetransmitted
            && dataSegmentsOut - dataSegmentsIn <= segmentsRetransmitted
    }

    /// Whether they cannot be those of an established connection to itself at any moment: it receives its SYN and the answer
    /// to it, and nothing that it has not sent.
    public var excludeSelfConnection: Bool {
        segmentsIn < 2 || segmentsIn > segmentsOut || dataSegmentsIn > dataSegmentsOut || bytesReceived > bytesSent
    }
}
