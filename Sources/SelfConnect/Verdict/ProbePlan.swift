/// The limits of a loop probe.
package struct ProbePlan: Hashable, Sendable {
    /// Maximum number of connect() calls.
    package var attempts: Int
    /// Maximum duration; nil: no limit.
    package var time: Duration?
    /// Time limit of one connect().
    package var attemptTimeout: Duration
    /// Maximum share of one core, above 0 up to 1.
    package var processorShare: Double
    /// The client kind.
    package var client: ClientKind

    /// By default without a limit on the rate.
    package init(
        client: ClientKind = .connect, attempts: Int = 100_000, time: Duration? = nil,
        attemptTimeout: Duration = .milliseconds(250), processorShare: Double = 1
    ) {
        self.client = client
        self.attempts = attempts
        self.time = time
        self.attemptTimeout = attemptTimeout
        self.processorShare = processorShare
    }

    /// How long to pause after a slice that took `busy` processor time, to stay within the share.
    package func rest(after busy: Duration) -> Duration {
        processorShare >= 1 ? .zero : busy * (1 / processorShare - 1)
    }
}
