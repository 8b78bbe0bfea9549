import SelfConnect

/// Addresses behind a packet filter that drops packets: a pass over many targets must not wait the full timeout for each.
/// Pure.
struct SilentAddresses {
    /// The number of timeouts per address in this pass.
    private var timeouts: [IPAddress: Int] = [:]
    /// Addresses with a timeout and no response since.
    private var silent: Set<IPAddress> = []

    /// Maximum number of timeouts per address in one pass.
    static let limit = 3
    /// The timeout of an attempt to an address that is silent. A self-connection takes microseconds.
    static let briefTimeout = Duration.milliseconds(25)

    /// Starts a pass: each address may time out again.
    mutating func beginPass() { timeouts = [:] }

    /// Whether another attempt is made in this pass.
    func admits(_ address: IPAddress) -> Bool { timeouts[address, default: 0] < Self.limit }

    /// The timeout of the next attempt, at most `timeout`.
    func timeout(for address: IPAddress, atMost timeout: Duration) -> Duration {
        silent.contains(address) ? min(timeout, Self.briefTimeout) : timeout
    }

    /// Records the outcome of an attempt.
    mutating func record(_ address: IPAddress, hasTimedOut: Bool) {
        guard hasTimedOut else {
            silent.remove(address)
            return
        }
        timeouts[address, default: 0] += 1
        silent.insert(address)
    }
}
