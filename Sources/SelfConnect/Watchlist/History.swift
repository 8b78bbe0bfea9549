/// The verdicts of one target over time, as changes, the oldest forgotten first.
public struct History: Hashable, Sendable {
    /// From one verdict to another.
    public struct Change: Hashable, Sendable {
        /// When it was noticed.
        public let at: Timestamp
        /// What it is since then.
        public let verdict: Verdict
        /// What it was; nil at the first assessment.
        public let previous: Verdict?
        /// Why.
        public let reason: String
        /// How much it matters.
        public let severity: Severity

        /// A change as given.
        public init(at: Timestamp, verdict: Verdict, previous: Verdict?, reason: String, severity: Severity) {
            self.at = at
            self.verdict = verdict
            self.previous = previous
            self.reason = reason
            self.severity = severity
        }
    }

    /// The changes, oldest first.
    public private(set) var changes: [Change] = []
    /// How many changes are kept, at least 1.
    public let capacity: Int

    /// No verdict yet.
    public init(capacity: Int = 32) {
        self.capacity = max(1, capacity)
    }

    /// Takes note of an assessment; the change, if it is one.
    public mutating func record(_ assessment: Assessment, at now: Timestamp) -> Change? {
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
