import SelfConnect

/// Addresses behind a packet filter that drops packets: a pass over many targets must not wait the full timeout for each.
/// Pure.
struct SilentAddresses {
    /// The number of timeouts in this pass.
    private var timeouts: [Account: Int] = [:]
    /// Addresses with a timeout in this pass or the last one.
    private var silent: Set<IPAddress> = []

    /// What is known of a port from earlier passes.
    enum Silence: Hashable {
        /// It was not silent, or was not probed.
        case none
        /// Its last probe has timed out.
        case recent
        /// The same, and it has not been probed for long: the ports before it have used up the probes of silent ones.
        case old

        /// After this time a silent port has probes of its own: with those of all passes, hundreds of ports get their turn.
        static let age = Duration.seconds(600)

        /// The silence of a port, from what its last probes have shown.
        init(of probes: ProbeResults?, at now: Timestamp) {
            guard let probes, probes.isSilent, let last = probes.directed.values.map(\.at).max() else {
                self = .none
                return
            }
            self = now.since(last) >= Self.age ? .old : .recent
        }
    }

    private struct Account: Hashable {
        let address: IPAddress
        let silence: Silence
    }

    /// Maximum number of timeouts of an address in one pass. Ports that were not silent are all probed, where a filter drops the
    /// packets to some; those that were are probed again to see whether the filter has gone.
    static func limit(_ silence: Silence) -> Int {
        switch silence {
        case .none: 20
        case .recent: 3
        case .old: 10
        }
    }

    /// The timeout of an attempt to a silent address, also if other ports of it answer. A self-connection takes microseconds.
    static let briefTimeout = Duration.milliseconds(25)

    /// Starts a pass: each address may time out again.
    mutating func beginPass() {
        silent = Set(timeouts.keys.map(\.address))
        timeouts = [:]
    }

    /// Whether another attempt is made in this pass.
    func admits(_ address: IPAddress, _ silence: Silence) -> Bool {
        timeouts[Account(address: address, silence: silence), default: 0] < Self.limit(silence)
    }

    /// The timeout of the next attempt, at most `timeout`.
    func timeout(for address: IPAddress, atMost timeout: Duration) -> Duration {
        silent.contains(address) ? min(timeout, Self.briefTimeout) : timeout
    }

    /// Records the outcome of an attempt.
    mutating func record(_ address: IPAddress, hasTimedOut: Bool, _ silence: Silence) {
        guard hasTimedOut else { return }
        timeouts[Account(address: address, silence: silence), default: 0] += 1
        silent.insert(address)
    }
}
