/// A target with its results.
package struct WatchedTarget: Hashable, Sendable {
    /// The finding of the last survey.
    package private(set) var finding: Finding
    /// The observation of the last loop probe.
    package private(set) var loop: Observation?
    /// The attempts of the last loop that self-connected.
    package private(set) var closedLoopAttempts: Int?
    /// What became of its guard; nil where none is wanted.
    package var guardState: GuardState?
    /// The changes of its verdict; never empty.
    package private(set) var history: History

    /// A target after its first survey.
    package init(_ finding: Finding, history: History = History()) {
        self.finding = finding
        self.history = history
        _ = self.history.record(finding.assessment, at: finding.at)
    }

    /// The target as last surveyed.
    package var target: Target { finding.target }

    /// The change that led to the present verdict.
    package var current: History.Change {
        guard let change = history.changes.last else { preconditionFailure("the first survey left no change") }
        return change
    }

    /// Records a survey; returns the change, if the verdict has changed.
    package mutating func record(_ finding: Finding) -> History.Change? {
        self.finding = finding
        return history.record(finding.assessment, at: finding.at)
    }

    /// Records a loop probe.
    package mutating func record(loop: Observation) {
        self.loop = loop
        if loop.outcome == .selfConnected { closedLoopAttempts = loop.attempts }
    }

    /// The probability that the last loop would have self-connected if possible: 1 if it did, nil if it is not
    /// conclusive.
    package var loopConfidence: Double? {
        guard let loop, loop.outcome == .selfConnected || loop.outcome == .exhausted else { return nil }
        if loop.outcome == .selfConnected { return 1 }
        return finding.evidence.odds(for: loop.client, reusesAddress: true).confidence(afterAttempts: loop.attempts)
    }
}
