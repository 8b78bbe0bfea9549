import SelfConnect

/// What a picture of the map shows for a port, gravest first: of the ports that share one place, the gravest is seen.
enum PortCategory: CaseIterable, Hashable {
    /// A socket on this port is connected to itself.
    case selfConnection
    /// The source port of a connection.
    case source
    /// A server has it.
    case listener
    /// Bound, silent.
    case bound
    /// Left by a closed connection, for now.
    case timeWait
    /// The kernel gives it to nobody, and nobody is seen to have it.
    case unseen
    /// Its probe was hindered, or there was none.
    case unknown
    /// NAT or an eBPF program redirects connections to it.
    case redirected
    /// Clients have another source address.
    case refused
    /// Excluded by ip_local_reserved_ports.
    case reserved
    /// A client can connect to itself.
    case exposed

    /// The mark of what is known of a port. Holding a reserved port is expected.
    init(_ entry: PortMap.Entry) {
        switch (entry.outcome, entry.holder) {
        case (.reserved, _): self = .reserved
        case (_, .selfConnected): self = .selfConnection
        case (_, .source): self = .source
        case (_, .listening): self = .listener
        case (_, .bound): self = .bound
        case (.notAvailable, .timeWait): self = .timeWait
        case (.notAvailable, nil): self = .unseen
        case (.redirected, _): self = .redirected
        case (.refused, _): self = .refused
        case (.selfConnected, _): self = .exposed
        case (.reachedListener, _), (.timedOut, _), (.failed, _), (.skipped, _): self = .unknown
        }
    }

    /// Whether somebody has the port.
    var isHolder: Bool {
        switch self {
        case .selfConnection, .source, .listener, .bound, .timeWait, .unseen: true
        case .unknown, .redirected, .refused, .reserved, .exposed: false
        }
    }

    /// For a legend.
    var label: String {
        switch self {
        case .selfConnection: "connected to itself, now"
        case .source: "source port of a connection"
        case .listener: "held by a listener"
        case .bound: "held by a bound socket"
        case .timeWait: "in TIME_WAIT"
        case .unseen: "held, owner not visible"
        case .unknown: "not found out"
        case .redirected: "redirected to another socket"
        case .refused: "another source address"
        case .reserved: "reserved"
        case .exposed: "a client can connect to itself"
        }
    }

    /// For a terminal.
    var character: Character {
        switch self {
        case .selfConnection: "!"
        case .source: "s"
        case .listener: "L"
        case .bound: "b"
        case .timeWait: "t"
        case .unseen: "x"
        case .unknown: "?"
        case .redirected: ">"
        case .refused: "r"
        case .reserved: "#"
        case .exposed: "."
        }
    }
}
