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

    /// As RFC 9293 section 3.3.2 spells it; `BOUND` for what it has no state for.
    public var name: String {
        switch self {
        case .established: "ESTABLISHED"
        case .synSent: "SYN-SENT"
        case .synReceived: "SYN-RECEIVED"
        case .finWait1: "FIN-WAIT-1"
        case .finWait2: "FIN-WAIT-2"
        case .timeWait: "TIME-WAIT"
        case .closed: "BOUND"
        case .closeWait: "CLOSE-WAIT"
        case .lastAck: "LAST-ACK"
        case .listen: "LISTEN"
        case .closing: "CLOSING"
        }
    }
}

/// Whether a connection whose two names are equal is one to itself. NAT and eBPF programs hand connections to other
/// sockets and leave the names as they were, so the names alone prove nothing.
public enum SelfConnectionProof: Hashable, Sendable {
    /// The segment counters were not read, or did not settle.
    case unconfirmed
    /// Every segment that it sent it received itself.
    case proved
    /// It is connected to another socket.
    case refuted
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
    /// Where its names are equal: whether it is connected to itself.
    public var selfConnection = SelfConnectionProof.unconfirmed

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

    /// Connected to itself: its names are equal, and so are its segment counters.
    public var isSelfConnected: Bool { namesAreEqual && selfConnection == .proved }

    /// A connection whose two names are equal. Half-open ones do not count: where a packet filter drops, such an
    /// attempt holds the port but is connected to nothing.
    public var namesAreEqual: Bool { isSelfConnecting && state != .synSent && state != .synReceived }

    /// Connected to itself, about to be, or by its names as if it were.
    public var isSelfConnecting: Bool {
        switch state {
        case .timeWait, .listen, .closed: false
        default: local == peer && selfConnection != .refuted
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
        // An IPv6 client that has not bound an address collides with 0.0.0.0, whatever address it has: only bind() to an
        // IPv6 address makes a socket leave IPv4 alone, and accept() hands that on.
        if other.isUnspecified, !other.isIPv6, mine.isIPv6, !isIPv6Only, state != .listen, state != .closed {
            return true
        }
        // A server on :: takes IPv4 too unless it says otherwise, which an address alone does not tell.
        return other.isUnspecified && (other.isIPv6 == mine.isIPv6 || other.isIPv6)
    }
}
