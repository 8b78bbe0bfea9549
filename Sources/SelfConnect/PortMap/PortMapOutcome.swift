extension PortMap {
    /// The outcome of a port. The values are those of `Observation.Outcome`, plus those for ports that need no probe.
    package enum Outcome: String, CaseIterable, Hashable, Sendable {
        /// Self-connected: the kernel gives the port to a client that connects to it.
        case selfConnected = "self-connected"
        /// Not probed: in ip_local_reserved_ports, so the kernel does not choose it for clients.
        case reserved
        /// The kernel does not give it: a socket holds it.
        case notAvailable = "not-available"
        /// The source address was another one, or a packet filter rejects.
        case refused
        /// Another socket responded although none listens on it: NAT or an eBPF program redirects connections.
        case redirected
        /// A listener was opened while it was probed, twice.
        case reachedListener = "reached-listener"
        /// No response within the timeout.
        case timedOut = "timed-out"
        /// Another error.
        case failed
        /// Not probed: the map's hindrance gives the reason.
        case skipped

        /// Whether it determines if a client can connect to itself.
        var isKnown: Bool {
            switch self {
            case .selfConnected, .reserved, .notAvailable, .refused, .redirected: true
            case .reachedListener, .timedOut, .failed, .skipped: false
            }
        }

        /// The outcome of an observation; a directed probe has no plan that could be exhausted.
        init(_ outcome: Observation.Outcome) {
            switch outcome {
            case .selfConnected: self = .selfConnected
            case .refused: self = .refused
            case .notAvailable: self = .notAvailable
            case .reachedListener: self = .reachedListener
            case .timedOut: self = .timedOut
            case .failed: self = .failed
            case .skipped, .exhausted: self = .skipped
            }
        }
    }
}
