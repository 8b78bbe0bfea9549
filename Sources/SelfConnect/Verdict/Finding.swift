/// What one survey of a target found.
public struct Finding: Hashable, Sendable {
    /// The target.
    public var target: Target
    /// When it was surveyed.
    public var at: Timestamp
    /// What was known.
    public var evidence: Evidence
    /// What it means.
    public var assessment: Assessment

    /// Assesses evidence about a target.
    public init(_ target: Target, at: Timestamp, evidence: Evidence) {
        self.target = target
        self.at = at
        self.evidence = evidence
        assessment = Assessment(evidence, severityLimit: target.source.severityLimit)
    }
}
