import Glibc

/// The size of repetitive tests. Under emulation, where everything takes at least ten times as long, Tests/kernels.sh
/// reduces it.
package enum TestScale {
    /// The share of its repetitions that a test does: 1, or SELFCONNECTD_TEST_SCALE, such as 0.1.
    package static let share = getenv("SELFCONNECTD_TEST_SCALE").flatMap { Double(String(cString: $0)) } ?? 1

    /// This many repetitions at full size, at least one.
    package static func repetitions(_ count: Int) -> Int {
        max(1, Int((Double(count) * share).rounded(.up)))
    }
}
