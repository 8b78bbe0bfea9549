import Glibc

/// How large tests are that do something over and over. Under emulation, where all takes ten times as long and more,
/// Tests/kernels.sh makes them smaller.
public enum TestScale {
    /// The share of its repetitions that a test makes: 1, or SELFCONNECTD_TEST_SCALE, such as 0.1.
    public static let share = getenv("SELFCONNECTD_TEST_SCALE").flatMap { Double(String(cString: $0)) } ?? 1

    /// So many repetitions at full size, and at least one.
    public static func repetitions(_ count: Int) -> Int {
        max(1, Int((Double(count) * share).rounded(.up)))
    }
}
