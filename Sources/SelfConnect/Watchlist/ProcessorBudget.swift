/// How much processor time may be spent: a share of one core, of which what is not used is saved up to a bound. So work that
/// comes in bursts runs without pauses as long as it stays below the share on average.
///
/// Times are durations since a start that the caller keeps.
public struct ProcessorBudget: Hashable, Sendable {
    /// The share of one core, above 0 up to 1.
    public var share: Double
    private let burst: Duration
    private var credit: Duration
    private var last: Duration

    /// A budget of `share` that begins with `burst`, which is also the most that is saved.
    public init(share: Double, burst: Duration, at now: Duration) {
        self.share = share
        self.burst = burst
        credit = burst
        last = now
    }

    /// Takes note of `time` that was spent until `now`.
    public mutating func spend(_ time: Duration, at now: Duration) {
        credit = min(burst, credit + max(.zero, now - last) * share) - time
        last = now
    }

    /// When there is something to spend again; in the past where there is now.
    public var opensAt: Duration { opensAt(above: .zero) }

    /// When there is more to spend than `reserve`, which must be less than the burst; in the past where there is now.
    public func opensAt(above reserve: Duration) -> Duration {
        credit >= reserve || share >= 1 ? last : last + (reserve - credit) * (1 / share)
    }
}
