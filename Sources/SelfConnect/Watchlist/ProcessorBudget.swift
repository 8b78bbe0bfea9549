/// A limit on processor time: a share of one core, where unused time accumulates up to a maximum. So bursts run without
/// pauses while the average stays below the share.
///
/// Times are durations since a start that the caller defines.
package struct ProcessorBudget: Hashable, Sendable {
    /// The share of one core, above 0 up to 1.
    package var share: Double
    private let burst: Duration
    private var credit: Duration
    private var last: Duration

    /// A budget of `share` that starts with `burst`, which is also the maximum that accumulates.
    package init(share: Double, burst: Duration, at now: Duration) {
        self.share = share
        self.burst = burst
        credit = burst
        last = now
    }

    /// Records `time` spent until `now`.
    package mutating func spend(_ time: Duration, at now: Duration) {
        credit = min(burst, credit + max(.zero, now - last) * share) - time
        last = now
    }

    /// When there is something to spend again; in the past where there is now.
    package var opensAt: Duration { opensAt(above: .zero) }

    /// When there is more to spend than `reserve`, which must be less than the burst; in the past where there is now.
    package func opensAt(above reserve: Duration) -> Duration {
        credit >= reserve || share >= 1 ? last : last + (reserve - credit) * (1 / share)
    }
}
