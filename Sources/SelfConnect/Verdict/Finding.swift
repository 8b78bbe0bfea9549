/// The result of one survey of a target.
package struct Finding: Hashable, Sendable {
    /// The target.
    package var target: Target
    /// When it was surveyed.
    package var at: Timestamp
    /// The evidence.
    package var evidence: Evidence
    /// The assessment of the evidence.
    package var assessment: Assessment

    /// Assesses evidence about a target.
    package init(_ target: Target, at: Timestamp, evidence: Evidence) {
        self.target = target
        self.at = at
        self.evidence = evidence
        assessment = Assessment(evidence, severityLimit: target.source.severityLimit)
    }
}
