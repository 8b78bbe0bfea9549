/// The kernel's counters of one TCP connection: TCP_INFO of an own socket, INET_DIAG_INFO of any socket.
///
/// A self-connected socket receives every segment that it sends, so its sent and received segments are equal: 3 and 3
/// once it is established. A socket that is connected to another one starts with 2 and 1, also if its endpoints are
/// equal. That is a proof until data is exchanged: a service that returns what it receives, such as an echo or a
/// heartbeat service, can make the counters equal temporarily.
package struct SegmentCounters: Hashable, Sendable {
    /// Segments sent (`tcpi_segs_out`).
    package var segmentsOut: UInt32
    /// Segments received (`tcpi_segs_in`).
    package var segmentsIn: UInt32
    /// Segments with data sent (`tcpi_data_segs_out`).
    package var dataSegmentsOut: UInt32
    /// Segments with data received (`tcpi_data_segs_in`).
    package var dataSegmentsIn: UInt32
    /// Octets sent without retransmissions (`tcpi_bytes_sent - tcpi_bytes_retrans`, Linux 4.19).
    package var bytesSent: UInt64
    /// Octets received (`tcpi_bytes_received`).
    package var bytesReceived: UInt64
    /// Segments retransmitted (`tcpi_total_retrans`), which are included in `segmentsOut`.
    package var segmentsRetransmitted: UInt32

    /// Memberwise initializer.
    package init(
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

    /// Whether these are the counters of a new self-connection. They may differ temporarily while segments are in transit.
    package var areOfSelfConnection: Bool {
        canBeOfSelfConnection && dataSegmentsOut == dataSegmentsIn && bytesSent == bytesReceived
    }

    /// Whether they are no proof although they can be of a self-connection: data was exchanged, segments were
    /// retransmitted, or more were received than sent.
    package var areAmbiguous: Bool {
        dataSegmentsOut > 0 || dataSegmentsIn > 0 || segmentsRetransmitted > 0 || segmentsIn > segmentsOut
    }

    /// Whether these may be the counters of an established self-connection without segments in transit. Lost segments
    /// were retransmitted. Octets that did not fit into the receive buffer are only counted as sent. A late segment of an
    /// earlier connection with the same endpoints, such as its reset, is counted as received.
    package var canBeOfSelfConnection: Bool {
        guard !excludeSelfConnection else { return false }
        return UInt64(segmentsOut) <= UInt64(segmentsIn) + UInt64(segmentsRetransmitted)
            && dataSegmentsOut - dataSegmentsIn <= segmentsRetransmitted
    }

    /// Whether these can never be the counters of an established self-connection: it sends and receives its own SYN and
    /// the reply to it, and no data that it has not sent.
    package var excludeSelfConnection: Bool {
        segmentsIn < 2 || UInt64(segmentsOut) < 2 + UInt64(segmentsRetransmitted) || dataSegmentsIn > dataSegmentsOut
            || bytesReceived > bytesSent
    }
}
