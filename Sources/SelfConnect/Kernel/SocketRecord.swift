/// The state of a TCP socket, with the numbers of the kernel's include/net/tcp_states.h.
package enum TCPState: UInt8, CaseIterable, Hashable, Sendable {
    case established = 1
    case synSent
    case synReceived
    case finWait1
    case finWait2
    case timeWait
    /// Only bound: visible since Linux 6.8, requested as TCP_BOUND_INACTIVE (13).
    case closed
    case closeWait
    case lastAck
    case listen
    case closing

    /// The name in RFC 9293 section 3.3.2; `BOUND` for the state that it does not have.
    package var name: String {
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

/// Whether a connection with equal endpoints is a self-connection. NAT and eBPF programs can pass connections to other
/// sockets without changing the endpoints, so equal endpoints prove nothing.
package enum SelfConnectionProof: Hashable, Sendable {
    /// The segment counters were not read, or did not become stable.
    case unconfirmed
    /// It has received every segment that it sent.
    case proved
    /// It is connected to another socket.
    case refuted
}

/// A TCP socket of the namespace, from sock_diag or /proc/net/tcp.
package struct SocketRecord: Hashable, Sendable {
    /// The state.
    package var state: TCPState
    /// The local address and port.
    package var local: Endpoint
    /// The remote end; unspecified with port 0 for listening and bound sockets.
    package var peer: Endpoint
    /// Whether IPV6_V6ONLY is set: a socket bound to :: does not use IPv4 then.
    package var isIPv6Only: Bool
    /// The user id of the owner; 0 after the owner has closed it.
    package var uid: UInt32
    /// The inode, as in /proc/PID/fd; 0 after the owner has closed it.
    package var inode: UInt32
    /// The id of the owner's control group, if the kernel returns it.
    package var controlGroup: UInt64?
    /// Whether it is a self-connection, if its endpoints are equal.
    package var selfConnection = SelfConnectionProof.unconfirmed

    /// Memberwise initializer.
    package init(
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

    /// Whether it is a self-connection: equal endpoints, and equal segment counters.
    package var isSelfConnected: Bool { namesAreEqual && selfConnection == .proved }

    /// Whether it is a connection with equal endpoints. Half-open ones do not count: if a packet filter drops, such an
    /// attempt holds the port but is not connected.
    package var namesAreEqual: Bool { isSelfConnecting && state != .synSent && state != .synReceived }

    /// Whether it is a self-connection, is becoming one, or looks like one by its endpoints.
    package var isSelfConnecting: Bool {
        switch state {
        case .timeWait, .listen, .closed: false
        default: local == peer && selfConnection != .refuted
        }
    }

    /// Whether this socket conflicts with another one that binds `address` on the same port (`inet_bind_conflict`,
    /// `ipv6_rcv_saddr_equal`).
    package func conflicts(with address: IPAddress) -> Bool {
        let mine = local.address.unmapped
        let other = address.unmapped
        // /proc shows link-local addresses without their interface, so the addresses may be equal.
        if mine == other || (mine == mine.withoutZone && mine == other.withoutZone) { return true }
        if mine.isUnspecified, mine.isIPv6 == other.isIPv6 || (mine.isIPv6 && !isIPv6Only) { return true }
        // An IPv6 client that has not bound an address conflicts with 0.0.0.0, whatever its address: only bind() to an
        // IPv6 address excludes IPv4, and accepted sockets inherit that.
        if other.isUnspecified, !other.isIPv6, mine.isIPv6, !isIPv6Only, state != .listen, state != .closed {
            return true
        }
        // A server on :: also uses IPv4 by default; the address alone does not show whether it does.
        return other.isUnspecified && (other.isIPv6 == mine.isIPv6 || other.isIPv6)
    }
}
