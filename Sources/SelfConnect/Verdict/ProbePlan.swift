/// The bounds of a loop probe.
public struct ProbePlan: Hashable, Sendable {
    /// At most so many connect() calls.
    public var attempts: Int
    /// At most so long; nil: as long as the attempts take.
    public var time: Duration?
    /// The bound on one connect().
    public var attemptTimeout: Duration
    /// At most this share of one core, above 0 up to 1.
    public var processorShare: Double
    /// As which kind of client.
    public var client: ClientKind

    /// A plan as given; by default as fast as it goes.
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

    /// How long to rest after a slice that took `busy` of processor time, to stay under the share.
    public func rest(after busy: Duration) -> Duration {
        processorShare >= 1 ? .zero : busy * (1 / processorShare - 1)
    }
}
