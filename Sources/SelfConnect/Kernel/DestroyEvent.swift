/// The end of one TCP socket, as the kernel announces it to the groups SKNLGRP_INET_TCP_DESTROY and
/// SKNLGRP_INET6_TCP_DESTROY (sock_diag(7)). The announcement does not include the owner and the inode.
package struct DestroyEvent: Hashable, Sendable {
    /// The meaning of an event for the socket's port.
    package enum Meaning: Hashable, Sendable {
        /// The socket was a probe's.
        case probe
        /// A listener, or a socket that was only bound, has released its port.
        case server
        /// A self-connection has ended.
        case selfConnection
        /// A connection with equal names has ended that has exchanged data. Its counters can be those of a self-connection, or of
        /// a connection that NAT redirected to a service which sends back what it receives.
        case ambiguous
        /// Another connection has ended, or an attempt has failed.
        case other
    }

    /// The local address and port.
    package var local: Endpoint
    /// The remote end; the unspecified address and port 0 for listening and bound sockets.
    package var peer: Endpoint
    /// Counters of segments and bytes.
    package var counters: SegmentCounters
    /// Number of received bytes that were never read.
    package var unread: UInt32
    /// Whether the socket had the mark of a probe's socket.
    package var isProbe: Bool

    /// Memberwise initializer.
    package init(
        local: Endpoint, peer: Endpoint, counters: SegmentCounters, unread: UInt32 = 0, isProbe: Bool = false
    ) {
        self.local = local
        self.peer = peer
        self.counters = counters
        self.unread = unread
        self.isProbe = isProbe
    }

    /// The meaning of the event for the socket's port.
    ///
    /// A self-connection that its owner resets looks like a refused attempt, because the kernel clears the remote port and the
    /// counters (`tcp_disconnect`): it is not recognized.
    package var meaning: Meaning {
        if isProbe { return .probe }
        if peer.port == 0 { return peer.address.isUnspecified ? .server : .other }
        guard local == peer, counters.canBeOfEndedSelfConnection(unread: unread) else { return .other }
        return counters.areOfEndedSelfConnection ? .selfConnection : .ambiguous
    }

    /// Number of bytes of data that a self-connection sent to itself.
    package var bytesSent: UInt64 { counters.bytesSent }
}

extension SegmentCounters {
    /// Whether they prove that an ended connection with equal names was a self-connection: no data was exchanged, no segment was
    /// retransmitted, and it received its own FIN, which the kernel counts as one byte.
    ///
    /// A self-connection counts three segments in each direction when it is established, and two more when it is closed. A
    /// connection to another socket has sent one segment more than it has received, until a reset ends it.
    var areOfEndedSelfConnection: Bool {
        !areAmbiguous && segmentsOut == segmentsIn && segmentsIn >= 5 && bytesSent == 0 && bytesReceived == 1
    }

    /// Whether they can be those of an ended self-connection.
    ///
    /// It received all bytes that it sent, and one for its FIN, except for those that did not fit into the receive buffer. A close
    /// with `unread` bytes sends a reset, which is not received. The handshake takes three segments, the end or the data one more.
    /// A late segment of an earlier connection with the same names is counted as received.
    func canBeOfEndedSelfConnection(unread: UInt32) -> Bool {
        guard min(segmentsIn, segmentsOut) >= 4, dataSegmentsIn <= dataSegmentsOut else { return false }
        let lost = UInt64(segmentsRetransmitted) + (unread > 0 ? 1 : 0)
        guard UInt64(segmentsOut) <= UInt64(segmentsIn) + lost,
            dataSegmentsOut - dataSegmentsIn <= segmentsRetransmitted
        else { return false }
        guard bytesReceived >= bytesSent else { return unread > 0 }
        return bytesReceived - bytesSent <= 1
    }
}
