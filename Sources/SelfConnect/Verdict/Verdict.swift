/// What facts, holders and exposure together mean for a target, gravest first: the first that applies is it.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
    /// A socket is connected to itself on it, now.
    case selfConnected = "self-connected"
    /// A server could not bind it now, and no server has it: the source port of another connection, mostly.
    case stolen
    /// A configured client kind is exposed.
    case susceptible
    /// None is, because a listener or bound socket holds the port: they will be when it goes.
    case latent
    /// A probe failed or was hindered. Never to be read as safe.
    case inconclusive
    /// Connections to it reach another socket (NAT, eBPF): no client can meet itself while that is so.
    case redirected
    /// In the range, but excluded by ip_local_reserved_ports.
    case reserved
    /// Not an ephemeral port in this namespace.
    case outsideRange = "outside-range"
    /// The route's source is another address, or the address is not the host's own.
    case notSelf = "not-self"
}

extension Verdict {
    /// Whether harm is done now, or is to be expected with the sockets as they are: what exit status 1 stands for.
    public var isExposure: Bool {
        switch self {
        case .selfConnected, .stolen, .susceptible: true
        case .latent, .inconclusive, .redirected, .reserved, .outsideRange, .notSelf: false
        }
    }

    /// Those of which that is so, the most severe first.
    public static let exposures = allCases.filter(\.isExposure)
}

/// How much a verdict matters to the person on call.
public enum Severity: String, CaseIterable, Hashable, Sendable {
    /// Nothing to do.
    case ok
    /// Fine for the configured clients; another kind is exposed.
    case notice
    /// Something can go wrong.
    case warning
    /// Something goes wrong now, or will in the ordinary course.
    case critical
}

extension Severity: Comparable {
    /// Ok first.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    /// 0 ok, 1 notice, 2 warning, 3 critical: a value of metrics.
    public var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
