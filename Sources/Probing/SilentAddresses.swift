import SelfConnect

/// Addresses behind a packet filter that drops packets: a pass over many targets must not wait the full timeout for each.
/// Pure.
struct SilentAddresses {
    /// The number of timeouts in this pass: of the ports of each address that have been silent before, and of the others.
    private var timeouts: [Account: Int] = [:]
    /// Addresses with a timeout and no response since.
    private var silent: Set<IPAddress> = []

    private struct Account: Hashable {
        let address: IPAddress
        let wasSilent: Bool
    }

    /// Maximum number of timeouts per address in one pass, of ports that were not silent in the last one: the ports of an
    /// address of which a filter drops a few are all probed.
    static let limit = 20
    /// The same of ports that were: they are probed again to see whether the filter has gone.
    static let limitOfSilent = 3
    /// The timeout of an attempt to an address that is silent. A self-connection takes microseconds.
    static let briefTimeout = Duration.milliseconds(25)

    /// Starts a pass: each address may time out again.
    mutating func beginPass() { timeouts = [:] }

    /// Whether another attempt is made in this pass.
    func admits(_ address: IPAddress, wasSilent: Bool) -> Bool {
        let limit = wasSilent ? Self.limitOfSilent : Self.limit
        return timeouts[Account(address: address, wasSilent: wasSilent), default: 0] < limit
    }

    /// The timeout of the next attempt, at most `timeout`.
    func timeout(for address: IPAddress, atMost timeout: Duration) -> Duration {
        silent.contains(address) ? min(timeout, Self.briefTimeout) : timeout
    }

    /// Records the outcome of an attempt.
    mutating func record(_ address: IPAddress, hasTimedOut: Bool, wasSilent: Bool) {
        guard hasTimedOut else {
            silent.remove(address)
            return
        }
        timeouts[Account(address: address, wasSilent: wasSilent), default: 0] += 1
        silent.insert(address)
    }
}
