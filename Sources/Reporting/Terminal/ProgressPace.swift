/// Limits how often a line of progress is rewritten.
package struct ProgressPace: Sendable {
    private var next: Duration?

    /// Five times a second.
    package static let interval = Duration.milliseconds(200)

    /// Nothing was written yet.
    package init() {}

    /// Records that a line is written at `now`, a moment of a monotonic clock, if it is time.
    ///
    /// - Returns: whether to write it.
    package mutating func markWrittenIfDue(at now: Duration) -> Bool {
        if let next, now < next { return false }
        next = now + Self.interval
        return true
    }
}
