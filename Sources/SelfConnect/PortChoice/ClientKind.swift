/// How a client gets its source port, which determines the ports that it can get.
package enum ClientKind: String, CaseIterable, Hashable, Sendable {
    /// `socket(); connect()`: nearly every client. Gets ports of the parity of the range's lower bound.
    case connect
    /// `bind(address, 0)` before `connect()`: a configured source address. Gets the other parity.
    case bind
    /// Like `bind`, with IP_BIND_ADDRESS_NO_PORT (ip(7)): the port is chosen at connect(), as for nginx and HAProxy.
    case bindLate = "bind-late"
    /// IP_LOCAL_PORT_RANGE set on the socket (ip(7)): gets both parities; before Linux 6.8 that of the lowest port.
    case range

    /// Whether such a client specifies its source address, so that the route does not select it.
    package var bindsAddress: Bool {
        switch self {
        case .bind, .bindLate: true
        case .connect, .range: false
        }
    }

    /// When the kernel chooses the port.
    package enum Moment: Hashable, Sendable {
        /// At bind(), at random: `inet_csk_find_open_port`. Sockets with a conflicting address block a port.
        case bind
        /// At connect(), by a walk through the range: `__inet_hash_connect`. Every socket bound to a port blocks it.
        case connect
    }

    /// When the kernel chooses its port.
    package var portChoice: Moment {
        switch self {
        case .bind: .bind
        case .connect, .bindLate, .range: .connect
        }
    }

    /// Which ports the kernel gives first: a client gets the others when these are used up.
    package enum Preference: Hashable, Sendable {
        /// Ports of the parity of the range's lower bound.
        case lowerBoundParity
        /// Ports of the other parity.
        case otherParity
        /// None; before Linux 6.8, those of the parity of its lowest port.
        case none
    }

    /// Which ports the kernel gives it first.
    package var preference: Preference {
        switch self {
        case .connect, .bindLate: .lowerBoundParity
        case .bind: .otherParity
        case .range: .none
        }
    }

    /// Whether it binds its address with IP_BIND_ADDRESS_NO_PORT.
    package var defersPort: Bool {
        switch self {
        case .bindLate: true
        case .connect, .bind, .range: false
        }
    }

    /// Whether it sets IP_LOCAL_PORT_RANGE, which kernels before 6.3 do not have.
    package var setsPortRange: Bool {
        switch self {
        case .range: true
        case .connect, .bind, .bindLate: false
        }
    }
}

extension ClientKind: Comparable {
    /// In the order of declaration.
    package static func < (left: ClientKind, right: ClientKind) -> Bool {
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
