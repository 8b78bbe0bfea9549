/// How many lines of one level may be written: a burst at once, then so many a second. What is beyond is counted and
/// told as a number, so that neither a disk nor a reader drowns.
struct LogRateLimiter {
    /// What becomes of a line.
    enum Decision: Hashable {
        /// It is written, after so many that were not.
        case write(afterLeavingOut: Int)
        /// It is the first that is left out: that is told in its place.
        case announce
        /// It is left out.
        case leaveOut
    }

    private let burst: Double
    private let rate: Double
    private var saved: Double
    private var last: Duration?
    private var omitted = 0

    /// A budget of `burst` lines that grows back by `rate` lines a second.
    init(burst: Int = 256, rate: Double = 8) {
        self.burst = Double(burst)
        self.rate = rate
        saved = Double(burst)
    }

    /// What becomes of one more line at `now`.
    mutating func spend(at now: Duration) -> Decision {
        let passed = last.map { max(.zero, now - $0) / .seconds(1) } ?? 0
        last = now
        saved = min(burst, saved + passed * rate)
        guard saved >= 1 else {
            omitted += 1
            return omitted == 1 ? .announce : .leaveOut
        }
        saved -= 1
        defer { omitted = 0 }
        return .write(afterLeavingOut: omitted)
    }
}
