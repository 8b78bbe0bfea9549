/// The socket that has a port now.
public struct Holder: Hashable, Sendable {
    /// How it has the port, gravest first.
    public enum State: String, CaseIterable, Hashable, Sendable {
        /// A connection to itself.
        case selfConnected = "self-connected"
        /// The source port of a connection to elsewhere.
        case source
        /// A server.
        case listening
        /// Bound, silent.
        case bound
        /// What an ordinarily closed connection leaves for a minute (RFC 9293 §3.6.1).
        case timeWait = "time-wait"
    }

    /// How it has the port.
    public var state: State
    /// The socket.
    public var socket: SocketRecord
    /// Whether a server that binds the target's own address would collide with it.
    public var conflicts: Bool
    /// The user's name, where it is known.
    public var user: String?
    /// The systemd unit of the owner, from its control group.
    public var unit: String?
    /// The path of the owner's control group below the hierarchy's root, where it is known.
    public var controlGroup: String?
    /// The network namespace that it is in; nil: the daemon's own.
    public var namespace: String?
    /// The owner's process, where it may be seen.
    public var pid: Int32?
    /// The name of that process.
    public var command: String?
    /// Whether its socket sets SO_REUSEADDR, which lets a server that sets it too bind beside it; nil: not known.
    public var reusesAddress: Bool?

    /// A holder as given.
    public init(
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
    public var container: Container? { controlGroup.flatMap { Container(controlGroup: $0) } }

    /// Whether its socket was bound to the port, so that connect() chooses it for nobody else.
    public var isServer: Bool { state == .listening || state == .bound }
}

extension Holder.State: Comparable {
    /// Gravest first.
    public static func < (left: Holder.State, right: Holder.State) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
