import SelfConnect
import Testing

/// Timestamps as RFC 3339 text. The expected dates are those of `date -u -d @SECONDS`.
@Suite struct TimestampTests {
    @Test(
        "A timestamp is written as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z"), (1_740_787_199, "2025-02-28T23:59:59.000Z"),
            (1_740_787_200, "2025-03-01T00:00:00.000Z"), (1_735_689_599, "2024-12-31T23:59:59.000Z"),
            (1_735_689_600, "2025-01-01T00:00:00.000Z"), (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (2_147_483_648, "2038-01-19T03:14:08.000Z"),
            (-1, "1969-12-31T23:59:59.000Z"), (-86_400, "1969-12-31T00:00:00.000Z"),
            (-2_203_891_200, "1900-03-01T00:00:00.000Z"), (-2_203_891_201, "1900-02-28T23:59:59.000Z"),
        ] as [(Int64, String)])
    func text(_ seconds: Int64, _ expected: String) {
        #expect(Timestamp(nanoseconds: seconds * 1_000_000_000).description == expected)
    }

    @Test(
        "Milliseconds are rounded down, before 1970 too",
        arguments: [
            (1_500_000_000, "1970-01-01T00:00:01.500Z"), (999_999, "1970-01-01T00:00:00.000Z"),
            (1_000_000, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-1_000_000, "1969-12-31T23:59:59.999Z"), (-1_000_001, "1969-12-31T23:59:59.998Z"),
            (.max, "2262-04-11T23:47:16.854Z"), (.min, "1677-09-21T00:12:43.145Z"),
        ] as [(Int64, String)])
    func milliseconds(_ nanoseconds: Int64, _ expected: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).description == expected)
    }

    @Test("Every day of 400 years follows the day before") func calendar() {
        var expected = (year: 1800, month: 1, day: 1)
        let first: Int64 = -62_091  // 1800-01-01 in days since 1970
        for day in first..<first + 146_097 {
            let text = Timestamp(nanoseconds: day * 86_400_000_000_000).description.prefix(10)
            let numbers = text.split(separator: "-").compactMap { Int($0) }
            guard numbers == [expected.year, expected.month, expected.day] else {
                Issue.record("day \(day) is \(text), not \(expected)")
                return
            }
            expected = Self.following(expected)
        }
        #expect(expected == (2200, 1, 1))
    }

    @Test("The time between two timestamps may be negative, and the earlier one is less") func between() {
        let early = Timestamp(nanoseconds: -5), late = Timestamp(nanoseconds: 1_500_000_000)
        #expect(late.since(early) == .nanoseconds(1_500_000_005) && early.since(late) < .zero)
        #expect(early < late && late.seconds == 1.5)
    }

    @Test("The time between two timestamps follows the monotonic clock if both have one") func monotonic() {
        let start = Timestamp(nanoseconds: 1_000, monotonicNanoseconds: 50)
        let setBack = Timestamp(nanoseconds: 10, monotonicNanoseconds: 90)
        #expect(setBack.since(start) == .nanoseconds(40) && start.since(setBack) == .nanoseconds(-40))
        #expect(setBack < start, "by the wall clock it is earlier")
        #expect(setBack.since(Timestamp(nanoseconds: 4)) == .nanoseconds(6), "one alone says nothing")
        #expect(setBack == Timestamp(nanoseconds: 10) && Set([setBack, Timestamp(nanoseconds: 10)]).count == 1)
    }

    private static func following(_ date: (year: Int, month: Int, day: Int)) -> (year: Int, month: Int, day: Int) {
        let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if date.day < lengths[date.month - 1] { return (date.year, date.month, date.day + 1) }
        return date.month < 12 ? (date.year, date.month + 1, 1) : (date.year + 1, 1, 1)
    }
}
