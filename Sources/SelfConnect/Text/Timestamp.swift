/// A moment of wall-clock time. Created by layers with side effects and passed through the pure ones.
///
/// A timestamp that was read from the clocks also contains a monotonic time: the time between two of them does not
/// depend on changes of the wall clock. Equality and order only depend on the wall clock.
package struct Timestamp: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time).
    package let nanoseconds: Int64
    /// Nanoseconds of the monotonic clock; `unknown` if it was not read.
    private let monotonic: Int64

    private static let unknown = Int64.min

    /// This long after 1970-01-01T00:00:00Z, without a monotonic time.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
        monotonic = Self.unknown
    }

    /// A moment according to both clocks; monotonic time has any fixed epoch.
    package init(nanoseconds: Int64, monotonicNanoseconds: Int64) {
        self.nanoseconds = nanoseconds
        monotonic = monotonicNanoseconds
    }

    /// Seconds since 1970-01-01T00:00:00Z, for metrics.
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    /// The time from `earlier` to this moment, according to the monotonic clock if both have a monotonic time.
    /// Otherwise it may be negative if the wall clock was set back.
    package func since(_ earlier: Timestamp) -> Duration {
        guard monotonic != Self.unknown, earlier.monotonic != Self.unknown else {
            return .nanoseconds(nanoseconds - earlier.nanoseconds)
        }
        return .nanoseconds(monotonic - earlier.monotonic)
    }
}

extension Timestamp: Hashable {
    /// Equal according to the wall clock.
    package static func == (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds == right.nanoseconds }

    /// By the wall clock.
    package func hash(into hasher: inout Hasher) { hasher.combine(nanoseconds) }
}

extension Timestamp: Comparable {
    /// Earlier first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds, such as `2026-01-31T08:05:00.250Z`.
    package var description: String {
        let milliseconds = nanoseconds.flooredQuotient(1_000_000)
        let seconds = milliseconds.flooredQuotient(1000)
        let days = seconds.flooredQuotient(86_400)
        let date = Self.civil(days)
        let time = seconds - days * 86_400
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0.padded(2) }.joined(separator: ":")
        return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
            + "T\(clock).\((milliseconds - seconds * 1000).padded(3))Z"
    }

    /// The time of day in UTC, such as `08:05:00`.
    package var timeOfDay: String { String(description.dropFirst("2026-01-31T".count).prefix("08:05:00".count)) }

    /// The Gregorian date this many days after 1970-01-01. Years start on March 1st, so that the leap day is the last
    /// day.
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
