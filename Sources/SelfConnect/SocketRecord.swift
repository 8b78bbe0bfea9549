/// The state of a TCP socket, numbered as in the kernel's include/net/tcp_states.h.
public enum TCPState: UInt8, CaseIterable, Hashable, Sendable {
    case established = 1
    case synSent
    case synReceived
    case finWait1
    case finWait2
    case timeWait
    /// Bound, neither listening nor connected: shown since Linux 6.8, asked for as TCP_BOUND_INACTIVE (13).
    case closed
    case closeWait
    case lastAck
    case listen
    case closing
}

/// One TCP socket of the namespace, whoever's it is, as sock_diag or /proc/net/tcp tells it.
public struct SocketRecord: Hashable, Sendable {
    /// Its state.
    public var state: TCPState
    /// Its own address and port.
    public var local: Endpoint
    /// The other end; unspecified and port 0 for listening and bound sockets.
    public var peer: Endpoint
    /// An IPv6 socket with IPV6_V6ONLY: bound to ::, it leaves IPv4 alone.
    public var isIPv6Only: Bool
    /// The user whose socket it is; 0 once its owner closed it.
    public var uid: UInt32
    /// The socket's inode, which /proc/PID/fd names; 0 once its owner closed it.
    public var inode: UInt32
    /// The id of the owner's control group, where the kernel tells it.
    public var controlGroup: UInt64?

    /// A socket as given.
    public init(
        state: TCPState, local: Endpoint, peer: Endpoint, isIPv6Only: Bool = false, uid: UInt32 = 0,
        inode: UInt32 = 0, controlGroup: UInt64? = nil
    ) {
        self.state = state
        self.local = local
        self.peer = peer
        self.isIPv6Only = isIPv6Only
        self.uid = uid
        self.inode = inode
        self.controlGroup = controlGroup
    }

    /// Local address and port equal peer's: the one proof of a self-connection. One that is only being tried, as
    /// where a packet filter drops, holds the port but talks to nobody yet.
    public var isSelfConnected: Bool { meetsItself && state != .synSent && state != .synReceived }

    /// Connected to itself, or about to be.
    public var meetsItself: Bool {
        switch state {
        case .timeWait, .listen, .closed: false
        default: local == peer
        }
    }

    /// Whether this socket stands in the way of another that binds `address` on the same port
    /// (`inet_bind_conflict`, `ipv6_rcv_saddr_equal`).
    public func conflicts(with address: IPAddress) -> Bool {
        let mine = local.address.unmapped
        let other = address.unmapped
        // /proc tells link-local addresses without their interface: it may be this one.
        if mine == other || (mine == mine.withoutZone && mine == other.withoutZone) { return true }
        if mine.isUnspecified, mine.isIPv6 == other.isIPv6 || (mine.isIPv6 && !isIPv6Only) { return true }
        // A server on :: takes IPv4 too unless it says otherwise, which an address alone does not tell.
        return other.isUnspecified && (other.isIPv6 == mine.isIPv6 || other.isIPv6)
    }
}
