/// Limits how often a line of progress is rewritten.
package struct ProgressPace: Sendable {
    private var next: Duration?

    /// Five times a second.
    package static let interval = Duration.milliseconds(200)

    /// Nothing was written yet.
    package init() {}

    /// Whether it is time to write, at this moment of a monotonic clock.
    package mutating func isDue(at now: Duration) -> Bool {
        if let next, now < next { return false }
        next = now + Self.interval
        return true
    }
}
