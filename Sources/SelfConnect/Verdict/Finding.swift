/// The result of one survey of a target.
public struct Finding: Hashable, Sendable {
    /// The target.
    public var target: Target
    /// When it was surveyed.
    public var at: Timestamp
    /// The evidence.
    public var evidence: Evidence
    /// The assessment of the evidence.
    public var assessment: Assessment

    /// Assesses evidence about a target.
    public init(_ target: Target, at: Timestamp, evidence: Evidence) {
        self.target = target
        self.at = at
        self.evidence = evidence
        assessment = Assessment(evidence, severityLimit: target.source.severityLimit)
    }
}
