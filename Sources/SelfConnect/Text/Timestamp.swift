import Primitives

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
        let date = CivilDate(daysSince1970: Int(days))
        let time = seconds - days * 86_400
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0.padded(2) }.joined(separator: ":")
        return "\(Int64(date.year).padded(4))-\(Int64(date.month).padded(2))-\(Int64(date.day).padded(2))"
            + "T\(clock).\((milliseconds - seconds * 1000).padded(3))Z"
    }

    /// The time of day in UTC, such as `08:05:00`.
    package var timeOfDay: String { String(description.dropFirst("2026-01-31T".count).prefix("08:05:00".count)) }
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
