/// The limits of a loop probe.
public struct ProbePlan: Hashable, Sendable {
    /// Maximum number of connect() calls.
    public var attempts: Int
    /// Maximum duration; nil: no limit.
    public var time: Duration?
    /// Time limit of one connect().
    public var attemptTimeout: Duration
    /// Maximum share of one core, above 0 up to 1.
    public var processorShare: Double
    /// The client kind.
    public var client: ClientKind

    /// By default without a limit on the rate.
    public init(
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
    public func rest(after busy: Duration) -> Duration {
        processorShare >= 1 ? .zero : busy * (1 / processorShare - 1)
    }
}
