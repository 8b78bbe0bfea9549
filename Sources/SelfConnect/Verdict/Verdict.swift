/// What facts, holders and exposures mean for a target, most severe first: the first that applies is the verdict.
package enum Verdict: String, CaseIterable, Hashable, Sendable {
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
    /// What it says about a port: the sentence of README, the manual page and the OpenAPI description.
    package var meaning: String {
        switch self {
        case .selfConnected: "a socket is connected to itself on the port now"
        case .stolen:
            "a server cannot bind the port now, and no server holds it; usually it is the source port of another connection"
        case .susceptible: "a client of a configured kind can connect to itself"
        case .latent: "protected only while the port is in use; exposed as soon as its owner exits"
        case .inconclusive: "a probe failed or was blocked; never shown as safe"
        case .guarded: "a guard of the daemon holds the port: the kernel gives it to no client of the configured kinds"
        case .redirected:
            "connections to the port reach another socket (NAT, an eBPF program); no client can connect to itself as long as the redirection exists"
        case .reserved: "in the range, but excluded by net.ipv4.ip_local_reserved_ports"
        case .outsideRange: "the kernel does not give the port to clients"
        case .notSelf: "clients of this address have a different source address, or it is not an address of the host"
        }
    }

    /// Whether there is a problem now, or one is expected with the present sockets: the meaning of exit status 1.
    package var isExposure: Bool {
        switch self {
        case .selfConnected, .stolen, .susceptible: true
        case .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: false
        }
    }

    /// Whether a socket has the port now that should not: something has to be ended.
    package var isTrouble: Bool {
        switch self {
        case .selfConnected, .stolen: true
        case .susceptible, .latent, .inconclusive, .guarded, .redirected, .reserved, .outsideRange, .notSelf: false
        }
    }

    /// Whether there is something to do, or to know before the next restart.
    package var needsAttention: Bool {
        switch self {
        case .selfConnected, .stolen, .susceptible, .latent, .inconclusive: true
        case .guarded, .redirected, .reserved, .outsideRange, .notSelf: false
        }
    }

    /// 0 for the most severe.
    package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The verdicts that are exposures, most severe first.
    package static let exposures = allCases.filter(\.isExposure)
}

extension Verdict: Comparable {
    /// Most severe first.
    package static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }
}

/// How urgent a verdict is for an operator.
package enum Severity: String, CaseIterable, Hashable, Sendable {
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
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    /// 0 ok, 1 notice, 2 warning, 3 critical: a value of metrics.
    package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
