/// How often connection attempts fail in a network namespace: how many since the first reading, and at what rate in the last
/// minutes. Most of them were refused, and each of these is one more chance that a client is given the port that it wants to
/// reach.
///
/// Times are durations since a start that the caller keeps.
public struct FailedConnects: Hashable, Sendable {
    private struct Reading: Hashable {
        let at: Duration
        let total: Int
    }

    /// Attempts since the first reading, those of the daemon's own probes taken out.
    public private(set) var total = 0
    private var base: Int?
    private var readings: [Reading] = []

    /// How far back the rate looks.
    public static let window = Duration.seconds(300)
    /// Two readings that are closer together do not give a rate.
    private static let spacing = Duration.seconds(10)

    /// No reading yet.
    public init() {}

    /// Takes note of the kernel's count and of how many of them were own probes'. The kernel may count a probe a moment late:
    /// the total never goes back.
    public mutating func record(kernel: UInt64, own: Int, at now: Duration) {
        let others = Int(clamping: kernel) - own
        let base = base ?? others
        self.base = base
        total = max(total, others - base)
        if let last = readings.last, now - last.at < Self.spacing { return }
        readings.append(Reading(at: now, total: total))
        // The last one that is older than the window is where the window begins.
        while readings.count > 2, now - readings[1].at >= Self.window { readings.removeFirst() }
    }

    /// Attempts a second in the last minutes; nil before there are two readings.
    public var rate: Double? {
        guard let first = readings.first, let last = readings.last, last.at > first.at else { return nil }
        return Double(last.total - first.total) / ((last.at - first.at) / .seconds(1))
    }
}

extension FailedConnects {
    /// The mean time to a self-connection on a susceptible target at the present rate, if all failed attempts were made by
    /// clients of the most exposed configured kind and went to this target: in fact it is longer. Nil where none fail, or the
    /// target is exposed to none of its clients in the ordinary course.
    public func meanTimeBound(of finding: Finding) -> Duration? {
        guard let rate, rate > 0, finding.assessment.verdict == .susceptible, finding.target.namespace == nil else {
            return nil
        }
        let exposures = finding.target.clients.compactMap { finding.assessment.exposures[$0] }
        return exposures.compactMap { $0.odds?.meanTime(attemptsPerSecond: rate) }.min()
    }
}
