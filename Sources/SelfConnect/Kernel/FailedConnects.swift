/// How often connection attempts fail in a network namespace: the number since the first reading, and the rate during the last
/// minutes. Most of them are refused, and with each refused attempt a client can get the port that it connects to.
///
/// Times are durations since a start that the caller chooses.
package struct FailedConnects: Hashable, Sendable {
    private struct Reading: Hashable {
        let at: Duration
        let total: Int
    }

    /// Failed attempts since the first reading, without those of the daemon's own probes.
    package private(set) var total = 0
    private var base: Int?
    private var readings: [Reading] = []

    /// The period of the rate.
    package static let window = Duration.seconds(300)
    /// Minimum time between two readings for the rate.
    private static let spacing = Duration.seconds(10)

    /// No reading yet.
    package init() {}

    /// Records the kernel's count and the number of failed attempts of own probes. The total never decreases, even if the kernel
    /// counts a probe a moment late.
    package mutating func record(kernel: UInt64, own: Int, at now: Duration) {
        let others = Int(clamping: kernel) - own
        let base = base ?? others
        self.base = base
        total = max(total, others - base)
        if let last = readings.last, now - last.at < Self.spacing { return }
        readings.append(Reading(at: now, total: total))
        // The window begins with the last reading that is older than it.
        while readings.count > 2, now - readings[1].at >= Self.window { readings.removeFirst() }
    }

    /// Failed attempts per second during the last minutes; nil before there are two readings.
    package var rate: Double? {
        guard let first = readings.first, let last = readings.last, last.at > first.at else { return nil }
        return Double(last.total - first.total) / ((last.at - first.at) / .seconds(1))
    }
}

extension FailedConnects {
    /// A lower bound for the mean time to a self-connection on a susceptible target: the mean time at the current rate if all
    /// failed attempts were made to this target by clients of the most exposed configured kind. Nil if no attempts fail, or no
    /// exposure of the target is likely.
    package func meanTimeBound(of finding: Finding) -> Duration? {
        guard let rate, rate > 0, finding.assessment.verdict == .susceptible, finding.target.namespace == nil else {
            return nil
        }
        let exposures = finding.target.clients.compactMap { finding.assessment.exposures[$0] }
        return exposures.compactMap { $0.odds?.meanTime(attemptsPerSecond: rate) }.min()
    }
}
