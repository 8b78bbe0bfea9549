/// The end of one TCP socket, as the kernel announces it to the groups SKNLGRP_INET_TCP_DESTROY and
/// SKNLGRP_INET6_TCP_DESTROY (sock_diag(7)). Whose socket it was is not part of it: its owner and its inode are gone.
public struct DestroyEvent: Hashable, Sendable {
    /// What it says about ports.
    public enum Meaning: Hashable, Sendable {
        /// The socket was a probe's.
        case probe
        /// A listener, or a socket that was only bound, has left its port.
        case server
        /// A connection with equal names has ended, and it was one to itself.
        case selfConnection
        /// A connection with equal names has ended. It exchanged data, and its counters can be those of a self-connection or of
        /// a connection that NAT led to a service which sends back what it receives.
        case ambiguous
        /// Another connection has ended, or an attempt.
        case other
    }

    /// The socket's own address and port.
    public var local: Endpoint
    /// The other end; unspecified and port 0 for listening and bound sockets.
    public var peer: Endpoint
    /// What was counted on it.
    public var counters: SegmentCounters
    /// Octets that it had received and nobody had read.
    public var unread: UInt32
    /// Whether it carried the mark of a probe's socket.
    public var isProbe: Bool

    /// An event as given.
    public init(
        local: Endpoint, peer: Endpoint, counters: SegmentCounters, unread: UInt32 = 0, isProbe: Bool = false
    ) {
        self.local = local
        self.peer = peer
        self.counters = counters
        self.unread = unread
        self.isProbe = isProbe
    }

    /// What it says about ports.
    ///
    /// A self-connection that its owner resets looks like a refused attempt, because the kernel removes the port of the other
    /// end and the counters (`tcp_disconnect`): it is not recognised.
    public var meaning: Meaning {
        if isProbe { return .probe }
        if peer.port == 0 { return peer.address.isUnspecified ? .server : .other }
        guard local == peer, counters.canBeOfEndedSelfConnection(unread: unread) else { return .other }
        return counters.areOfEndedSelfConnection ? .selfConnection : .ambiguous
    }

    /// Octets of data that a self-connection sent to itself.
    public var bytesSent: UInt64 { counters.bytesSent }
}

extension SegmentCounters {
    /// Whether they prove that an ended connection with equal names was one to itself: no data was exchanged, nothing was sent
    /// again, and it received its own FIN, which the kernel counts as an octet.
    ///
    /// A self-connection counts three segments each way when it is established, and two more when it is closed. A connection to
    /// another socket begins with one segment sent that has no counterpart, and keeps it until a reset ends it.
    var areOfEndedSelfConnection: Bool {
        !areAmbiguous && segmentsOut == segmentsIn && segmentsIn >= 5 && bytesSent == 0 && bytesReceived == 1
    }

    /// Whether they can be those of a self-connection that has ended.
    ///
    /// What it sent it received, and the octet of its FIN besides; what found no room in a full receive buffer was not received.
    /// A close with `unread` octets sends a reset, which nobody receives. Its handshake took three segments, and its end or its
    /// data one more.
    func canBeOfEndedSelfConnection(unread: UInt32) -> Bool {
        guard segmentsIn >= 4, segmentsIn <= segmentsOut, dataSegmentsIn <= dataSegmentsOut else { return false }
        guard segmentsOut - segmentsIn <= segmentsRetransmitted + (unread > 0 ? 1 : 0),
            dataSegmentsOut - dataSegmentsIn <= segmentsRetransmitted
        else { return false }
        guard bytesReceived >= bytesSent else { return unread > 0 }
        return bytesReceived - bytesSent <= 1
    }
}
