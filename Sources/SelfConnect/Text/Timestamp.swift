/// A moment of wall-clock time. Read by the faces, carried by the pure layers.
///
/// One that was read from the clocks has what a monotonic clock showed at that moment besides: the time between two of
/// them does not depend on whether the wall clock was set meanwhile. Which moment it is, and which of two is earlier, the
/// wall clock says alone.
public struct Timestamp: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
    public let nanoseconds: Int64
    /// Nanoseconds of a clock that nobody sets; `unknown` where none was read.
    private let monotonic: Int64

    private static let unknown = Int64.min

    /// A moment this long after 1970-01-01T00:00:00Z, without a reading of a monotonic clock.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
        monotonic = Self.unknown
    }

    /// A moment as two clocks show it; the monotonic one in nanoseconds since any moment, the same for all.
    public init(nanoseconds: Int64, monotonicNanoseconds: Int64) {
        self.nanoseconds = nanoseconds
        monotonic = monotonicNanoseconds
    }

    /// Seconds since 1970-01-01T00:00:00Z, for metrics.
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// The time from `earlier` to this moment, by the monotonic clock where both have a reading of it. By the wall clock
    /// it is negative when that was set back.
    public func since(_ earlier: Timestamp) -> Duration {
        guard monotonic != Self.unknown, earlier.monotonic != Self.unknown else {
            return .nanoseconds(nanoseconds - earlier.nanoseconds)
        }
        return .nanoseconds(monotonic - earlier.monotonic)
    }
}

extension Timestamp: Hashable {
    /// Whether both are the same moment by the wall clock.
    public static func == (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds == right.nanoseconds }

    /// By the wall clock.
    public func hash(into hasher: inout Hasher) { hasher.combine(nanoseconds) }
}

extension Timestamp: Comparable {
    /// Earlier first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-01-31T08:05:00.250Z`.
    public var description: String {
        let milliseconds = nanoseconds.flooredQuotient(1_000_000)
        let seconds = milliseconds.flooredQuotient(1000)
        let days = seconds.flooredQuotient(86_400)
        let date = Self.civil(days)
        let time = seconds - days * 86_400
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0.padded(2) }.joined(separator: ":")
        return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
            + "T\(clock).\((milliseconds - seconds * 1000).padded(3))Z"
    }

    /// The Gregorian date so many days after 1970-01-01, counted in years that begin on the first of March, so
    /// that the leap day comes last.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468  // days since 0000-03-01
        let era = shifted.flooredQuotient(146_097)  // 400 years
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
