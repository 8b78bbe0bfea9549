import SelfConnect

/// The category of a port in a picture of the map, most severe first: a cell shows the most severe category of its
/// ports.
enum PortCategory: CaseIterable, Hashable {
    /// A socket on this port is connected to itself.
    case selfConnection
    /// The source port of a connection.
    case source
    /// A server holds it.
    case listener
    /// Bound, but not listening.
    case bound
    /// TIME_WAIT of a closed connection.
    case timeWait
    /// The kernel does not give it to clients, and no holder is visible.
    case unseen
    /// Its probe failed or was not made.
    case unknown
    /// NAT or an eBPF program redirects connections to it.
    case redirected
    /// The connection had another source address.
    case refused
    /// Excluded by ip_local_reserved_ports.
    case reserved
    /// A client can connect to itself.
    case exposed

    /// The category of a map entry. Holding a reserved port is expected.
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

    /// Whether a socket has the port.
    var isHolder: Bool {
        switch self {
        case .selfConnection, .source, .listener, .bound, .timeWait, .unseen: true
        case .unknown, .redirected, .refused, .reserved, .exposed: false
        }
    }

    /// The severity that a target there would have, for colours; nil where that depends on the target or on the socket,
    /// such as a guard. Exposed ports have none, so that what differs from most of a range stands out.
    var severity: Severity? {
        switch self {
        case .selfConnection: .critical
        case .listener, .unknown: .warning
        case .redirected: .notice
        case .reserved: .ok
        case .source, .bound, .timeWait, .unseen, .refused, .exposed: nil
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
