/// Limits how often a line of progress is rewritten.
package struct ProgressPace: Sendable {
    private var next: Duration?

    /// Five times a second.
    package static let interval = Duration.milliseconds(200)

    /// Nothing was written yet.
    package init() {}

    /// Returns whether a line may be written now, and if so, counts it as written. The clock is monotonic.
    package mutating func admit(at now: Duration) -> Bool {
        if let next, now < next { return false }
        next = now + Self.interval
        return true
    }
}
