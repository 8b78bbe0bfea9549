package import SelfConnect

/// Targets that a plug-in names and that the summary does not: the first `limit` with a verdict.
package struct MissingTargets: Sendable, Hashable {
    /// The verdict.
    package let verdict: Verdict
    /// The greatest number of targets.
    package let limit: Int
}
