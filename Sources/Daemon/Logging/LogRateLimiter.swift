/// A rate limit for the lines of one level: a burst, then a fixed rate per second. Suppressed lines are counted and
/// reported as a number, so that neither the disk nor the reader is flooded.
struct LogRateLimiter {
    /// What happens to a line.
    enum Decision: Hashable {
        /// The line is written, after this number of suppressed lines.
        case write(afterSuppressing: Int)
        /// The first suppressed line: a message about it is written instead.
        case announce
        /// The line is suppressed.
        case suppress
    }

    private let burst: Double
    private let rate: Double
    private var saved: Double
    private var last: Duration?
    private var omitted = 0

    /// A budget of `burst` lines that grows by `rate` lines per second up to `burst`.
    init(burst: Int = 256, rate: Double = 8) {
        self.burst = Double(burst)
        self.rate = rate
        saved = Double(burst)
    }

    /// Decides about one more line at `now`.
    mutating func spend(at now: Duration) -> Decision {
        let passed = last.map { max(.zero, now - $0) / .seconds(1) } ?? 0
        last = now
        saved = min(burst, saved + passed * rate)
        guard saved >= 1 else {
            omitted += 1
            return omitted == 1 ? .announce : .suppress
        }
        saved -= 1
        defer { omitted = 0 }
        return .write(afterSuppressing: omitted)
    }
}
