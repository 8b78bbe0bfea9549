/// The socket that has a port now.
package struct Holder: Hashable, Sendable {
    /// How the socket uses the port, most severe first.
    package enum State: String, CaseIterable, Hashable, Sendable {
        /// A self-connection.
        case selfConnected = "self-connected"
        /// The source port of another connection.
        case source
        /// A listener.
        case listening
        /// Bound, but not listening.
        case bound
        /// The state of a normally closed connection for a minute (RFC 9293 §3.6.1).
        case timeWait = "time-wait"
    }

    /// How it uses the port.
    package var state: State
    /// The socket.
    package var socket: SocketRecord
    /// Whether it conflicts with a server that binds the target's own address.
    package var conflicts: Bool
    /// The user's name, if known.
    package var user: String?
    /// The systemd unit of the owner, from its control group.
    package var unit: String?
    /// The path of the owner's control group below the hierarchy's root, if known.
    package var controlGroup: String?
    /// The network namespace that it is in; nil: the daemon's own.
    package var namespace: String?
    /// The owner's process, if visible.
    package var pid: Int32?
    /// The name of that process.
    package var command: String?
    /// Whether the socket sets SO_REUSEADDR, which lets a server that also sets it bind the same port; nil: unknown.
    package var reusesAddress: Bool?

    /// Memberwise initializer.
    package init(
        state: State, socket: SocketRecord, conflicts: Bool, user: String? = nil, unit: String? = nil,
        controlGroup: String? = nil, pid: Int32? = nil, command: String? = nil
    ) {
        self.state = state
        self.socket = socket
        self.conflicts = conflicts
        self.user = user
        self.unit = unit
        self.controlGroup = controlGroup
        self.pid = pid
        self.command = command
    }

    /// The owner's container, where it has one.
    package var container: Container? { controlGroup.flatMap { Container(controlGroup: $0) } }

    /// Whether its socket was bound to the port, so that connect() does not choose it for other clients.
    package var isServer: Bool { state == .listening || state == .bound }
}

extension Holder.State: Comparable {
    /// Most severe first.
    package static func < (left: Holder.State, right: Holder.State) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
