/// How a client comes by its source port: what decides which ports it can be given.
public enum ClientKind: String, CaseIterable, Hashable, Sendable {
    /// `socket(); connect()`: nearly every client. Takes ports of the parity of the range's lower bound.
    case connect
    /// `bind(address, 0)` before `connect()`: a configured source address. Takes the other parity.
    case bind
    /// As `bind`, with IP_BIND_ADDRESS_NO_PORT (ip(7)): the port is chosen at connect(), as nginx and HAProxy do.
    case bindLate = "bind-late"
    /// IP_LOCAL_PORT_RANGE set on the socket (ip(7)): takes both parities, before Linux 6.8 that of the lowest port.
    case range

    /// Whether such a client names its source address, so that the route does not choose it.
    public var bindsAddress: Bool {
        switch self {
        case .bind, .bindLate: true
        case .connect, .range: false
        }
    }

    /// When the kernel chooses its port.
    public enum Moment: Hashable, Sendable {
        /// At bind(), at random: `inet_csk_find_open_port`. Sockets with an address that collides block a port.
        case bind
        /// At connect(), by a walk through the range: `__inet_hash_connect`. Every socket that is bound to a port blocks it.
        case connect
    }

    /// When the kernel chooses its port.
    public var portChoice: Moment {
        switch self {
        case .bind: .bind
        case .connect, .bindLate, .range: .connect
        }
    }
}

extension ClientKind: Comparable {
    /// In the order of declaration.
    public static func < (left: ClientKind, right: ClientKind) -> Bool {
        left.order < right.order
    }

    private var order: Int {
        switch self {
        case .connect: 0
        case .bind: 1
        case .bindLate: 2
        case .range: 3
        }
    }
}
