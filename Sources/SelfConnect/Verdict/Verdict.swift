/// What facts, holders and exposures mean for a target, most severe first: the first that applies is the verdict.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
    /// A socket on it is connected to itself now.
    case selfConnected = "self-connected"
    /// A server could not bind it now, and no server has it: usually it is the source port of another connection.
    case stolen
    /// A configured client kind is exposed.
    case susceptible
    /// No configured kind is exposed because a listener or bound socket holds the port: they will be when it closes.
    case latent
    /// A probe failed or was blocked. Must never be treated as safe.
    case inconclusive
    /// The daemon's own guard keeps it from clients of the configured kinds.
    case guarded
    /// Connections to it reach another socket (NAT, eBPF): no client can connect to itself meanwhile.
    case redirected
    /// In the range, but excluded by ip_local_reserved_ports.
    case reserved
    /// Not an ephemeral port in this namespace.
    case outsideRange = "outside-range"
    /// The route's source is another address, or the address is not local.
    case notSelf = "not-self"
}

extension Verdict {
    /// Whether there is a problem now, or one is expected with the present sockets: the meaning of exit status 1.
    public var isExposure: Bool {
        switch self {
        case .selfConnected, .stolen, .susceptible: true
        case .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: false
        }
    }

    /// Its place among all verdicts, 0 for the most severe.
    package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The verdicts that are exposures, most severe first.
    public static let exposures = allCases.filter(\.isExposure)
}

/// How urgent a verdict is for an operator.
public enum Severity: String, CaseIterable, Hashable, Sendable {
    /// No action is needed.
    case ok
    /// The configured clients are safe; another kind is exposed.
    case notice
    /// A problem may occur.
    case warning
    /// A problem exists, or will occur in normal operation.
    case critical
}

extension Severity: Comparable {
    /// Least severe first.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    /// 0 ok, 1 notice, 2 warning, 3 critical: a value of metrics.
    public var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
