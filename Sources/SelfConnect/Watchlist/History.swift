/// The verdicts of one target over time, as a limited list of changes.
package struct History: Hashable, Sendable {
    /// A change from one verdict to another.
    package struct Change: Hashable, Sendable {
        /// When the change was detected.
        package let at: Timestamp
        /// The new verdict.
        package let verdict: Verdict
        /// The previous verdict; nil for the first assessment.
        package let previous: Verdict?
        /// The reason of the new verdict.
        package let reason: String
        /// The severity of the new verdict.
        package let severity: Severity

        /// Memberwise initializer.
        package init(at: Timestamp, verdict: Verdict, previous: Verdict?, reason: String, severity: Severity) {
            self.at = at
            self.verdict = verdict
            self.previous = previous
            self.reason = reason
            self.severity = severity
        }
    }

    /// The changes, oldest first.
    package private(set) var changes: [Change] = []
    /// Maximum number of changes, at least 1.
    package let capacity: Int

    /// No verdict yet.
    package init(capacity: Int = 32) {
        self.capacity = max(1, capacity)
    }

    /// Records an assessment; returns the change, if the verdict has changed.
    package mutating func record(_ assessment: Assessment, at now: Timestamp) -> Change? {
        let previous = changes.last?.verdict
        guard previous != assessment.verdict else { return nil }
        let change = Change(
            at: now, verdict: assessment.verdict, previous: previous, reason: assessment.reason,
            severity: assessment.severity)
        if changes.count == capacity { changes.removeFirst() }
        changes.append(change)
        return change
    }
}
