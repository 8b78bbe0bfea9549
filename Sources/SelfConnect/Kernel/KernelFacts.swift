/// The kernel facts about port choice in one network namespace at one moment.
package struct KernelFacts: Hashable, Sendable {
    /// The source of the sockets.
    package enum SocketSource: String, CaseIterable, Hashable, Sendable {
        /// NETLINK_SOCK_DIAG (sock_diag(7)).
        case sockDiag = "sock-diag"
        /// /proc/net/tcp and tcp6 (proc(5)): no bound sockets, no control groups.
        case procNet = "proc-net"
        /// Neither could be read: holders are unknown.
        case none
    }

    /// The kernel release from uname(2). For display only: no decision depends on it.
    package var release: String
    /// `net.ipv4.ip_local_port_range`, for both IPv4 and IPv6 (ip(7)).
    package var ephemeralRange: PortRange
    /// `net.ipv4.ip_local_reserved_ports`: ports that the kernel does not choose for clients.
    package var reservedPorts: PortSet
    /// `net.ipv4.ip_local_port_step_width`, if the kernel has it and it is set.
    package var stepWidth: Int?
    /// `net.ipv4.ip_autobind_reuse`: once all ports are used up, clients with SO_REUSEADDR that bind an address first
    /// share them.
    package var autobindReuse: Bool
    /// Whether sockets support IP_LOCAL_PORT_RANGE, which the directed probe and clients of the kind `range` need.
    package var directedProbe: Bool
    /// Whether that is unknown: no socket could be created, or the option was denied. Directed probes are impossible
    /// then, but there may be clients of the kind `range`.
    package var isDirectedProbeUnknown = false
    /// Whether a connect() with IP_LOCAL_PORT_RANGE tries ports of both parities in order (Linux 6.8 and later);
    /// otherwise it tries those of one parity first, like any other connect(). Determined by an experiment; nil if that
    /// failed or sockets do not support the option.
    package var rangeWalksBothParities: Bool?
    /// The source of the sockets.
    package var sockets: SocketSource
    /// Whether sockets that are only bound are visible (Linux 6.8 and later).
    package var showsBoundSockets: Bool
    /// Whether the kernel restores the state of a connection's port when a socket that was bound beside it closes.
    /// Before about Linux 6.18 it did not: plain connect() skipped the port during the lifetime of the connection
    /// (`tb->fastreuse` in `__inet_hash_connect`). Determined by an experiment; false if that failed.
    package var restoresPortState: Bool

    /// By default the facts of a current kernel after boot.
    package init(
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

    /// The client kinds that exist, or may exist, on this kernel.
    package var clientKinds: [ClientKind] {
        ClientKind.allCases.filter { !$0.setsPortRange || directedProbe || isDirectedProbeUnknown }
    }

    /// Whether the kernel may choose this port for a client.
    package func mayChoose(_ port: UInt16) -> Bool {
        ephemeralRange.contains(port) && !reservedPorts.contains(port)
    }
}
