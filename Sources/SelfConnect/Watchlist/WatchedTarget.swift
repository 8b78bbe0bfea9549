/// A target with what was found out about it so far.
public struct WatchedTarget: Hashable, Sendable {
    /// What the last survey found.
    public private(set) var finding: Finding
    /// What the last loop probe saw.
    public private(set) var loop: Observation?
    /// The attempts of the last loop that closed.
    public private(set) var closedLoopAttempts: Int?
    /// What became of its guard; nil where none is wanted.
    public var guardState: GuardState?
    /// Its changes of verdict; never empty.
    public private(set) var history: History

    /// A target after its first survey.
    public init(_ finding: Finding, history: History = History()) {
        self.finding = finding
        self.history = history
        _ = self.history.record(finding.assessment, at: finding.at)
    }

    /// The target as it was surveyed last.
    public var target: Target { finding.target }

    /// The verdict's change that led to the present one.
    public var current: History.Change {
        guard let change = history.changes.last else { preconditionFailure("the first survey left no change") }
        return change
    }

    /// Takes note of a survey; the change of verdict, if it is one.
    public mutating func take(_ finding: Finding) -> History.Change? {
        self.finding = finding
        return history.record(finding.assessment, at: finding.at)
    }

    /// Takes note of a loop probe.
    public mutating func take(loop: Observation) {
        self.loop = loop
        if loop.outcome == .selfConnected { closedLoopAttempts = loop.attempts }
    }

    /// How sure the last loop makes that it would have closed if it could: 1 when it did, nil where it says nothing.
    public var loopConfidence: Double? {
        guard let loop, loop.outcome == .selfConnected || loop.outcome == .exhausted else { return nil }
        if loop.outcome == .selfConnected { return 1 }
        return finding.evidence.odds(for: loop.client, reusesAddress: true).confidence(afterAttempts: loop.attempts)
    }
}
