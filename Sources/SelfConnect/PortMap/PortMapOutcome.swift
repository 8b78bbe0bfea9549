extension PortMap {
    /// How the probe of a port ended. The words are those of `Observation.Outcome`, and one for ports that need none.
    public enum Outcome: String, CaseIterable, Hashable, Sendable {
        /// It connected to itself: the kernel gives the port to a client that connects to it.
        case selfConnected = "self-connected"
        /// Not probed: in ip_local_reserved_ports, so the kernel chooses it for nobody.
        case reserved
        /// The kernel would not give it: somebody holds it.
        case notAvailable = "not-available"
        /// Another source address was given, or a packet filter rejects.
        case refused
        /// Another socket has answered although none listens on it: NAT or an eBPF program redirects connections.
        case redirected
        /// Somebody began to listen while it was probed, twice.
        case reachedListener = "reached-listener"
        /// No answer within the bound.
        case timedOut = "timed-out"
        /// Another error of the kernel.
        case failed
        /// Not tried: the map's hindrance says why.
        case skipped

        /// Whether it tells if a client can connect to itself.
        var isKnown: Bool {
            switch self {
            case .selfConnected, .reserved, .notAvailable, .refused, .redirected: true
            case .reachedListener, .timedOut, .failed, .skipped: false
            }
        }

        /// What an observation means for a map; a directed probe has no plan that could be exhausted.
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
