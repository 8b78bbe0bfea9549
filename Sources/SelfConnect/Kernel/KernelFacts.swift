/// What the kernel says about port choice, in one network namespace at one moment.
public struct KernelFacts: Hashable, Sendable {
    /// Where the sockets of others are seen.
    public enum SocketSource: String, Hashable, Sendable {
        /// NETLINK_SOCK_DIAG (sock_diag(7)).
        case sockDiag = "sock-diag"
        /// /proc/net/tcp and tcp6 (proc(5)): no bound sockets, no control groups.
        case procNet = "proc-net"
        /// Neither could be read: holders are unknown.
        case none
    }

    /// The kernel's release, as uname(2) gives it. For people: nothing is decided by it.
    public var release: String
    /// `net.ipv4.ip_local_port_range`, for IPv4 and IPv6 alike (ip(7)).
    public var ephemeralRange: PortRange
    /// `net.ipv4.ip_local_reserved_ports`: ports that the kernel never chooses by itself.
    public var reservedPorts: PortSet
    /// `net.ipv4.ip_local_port_step_width`, where the kernel has it and it is set.
    public var stepWidth: Int?
    /// `net.ipv4.ip_autobind_reuse`: once all ports are used up, clients with SO_REUSEADDR that bind an address first
    /// share them.
    public var autobindReuse: Bool
    /// Whether sockets take IP_LOCAL_PORT_RANGE, which the directed probe needs, and clients of the kind `range` are.
    public var directedProbe: Bool
    /// Whether it could not be found out whether they take it: no socket could be made, or it was refused. There is no
    /// directed probe then, but there may be clients of the kind `range`.
    public var isDirectedProbeUnknown = false
    /// Whether a connect() with IP_LOCAL_PORT_RANGE takes ports of both parities as they come (Linux 6.8 on); else it
    /// begins with those of one, as any other does. Found out by asking the kernel; nil where it could not be, or sockets
    /// do not take the option.
    public var rangeWalksBothParities: Bool?
    /// Where holders come from.
    public var sockets: SocketSource
    /// Whether sockets that are bound but neither listen nor connect are among the holders (Linux 6.8 on).
    public var showsBoundSockets: Bool
    /// Whether a port that a connection owns is again what it was once a socket that was bound beside it has closed. Before
    /// Linux 6.18 or so it was not: plain connect() passed it over as long as the connection lived (`tb->fastreuse` in
    /// `__inet_hash_connect`). Found out by asking the kernel; false where it could not be.
    public var restoresPortState: Bool

    /// Facts as given; by default those of a current kernel as it boots.
    public init(
        release: String = "", ephemeralRange: PortRange = PortRange(32768, 60999),
        reservedPorts: PortSet = PortSet(), stepWidth: Int? = nil, autobindReuse: Bool = false,
        directedProbe: Bool = true, rangeWalksBothParities: Bool? = true, sockets: SocketSource = .sockDiag,
        showsBoundSockets: Bool = true, restoresPortState: Bool = true
    ) {
        self.release = release
        self.ephemeralRange = ephemeralRange
        self.reservedPorts = reservedPorts
        self.stepWidth = stepWidth
        self.autobindReuse = autobindReuse
        self.directedProbe = directedProbe
        self.rangeWalksBothParities = rangeWalksBothParities
        self.sockets = sockets
        self.showsBoundSockets = showsBoundSockets
        self.restoresPortState = restoresPortState
    }

    /// The kinds of clients that there are on this kernel, or may be.
    public var clientKinds: [ClientKind] {
        ClientKind.allCases.filter { $0 != .range || directedProbe || isDirectedProbeUnknown }
    }

    /// Whether the kernel may choose this port for a client.
    public func mayChoose(_ port: UInt16) -> Bool {
        ephemeralRange.contains(port) && !reservedPorts.contains(port)
    }
}
