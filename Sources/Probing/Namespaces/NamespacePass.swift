package import Linux
package import SelfConnect

/// The results of one pass over the targets of a network namespace.
package struct NamespacePass: Sendable {
    /// The namespace; nil: the thread's own.
    package let namespace: String?
    /// The given targets, then those that were discovered.
    private(set) var targets: [Target]
    /// The namespace's facts, to be compared with those of the last pass; nil if they could not be read.
    package internal(set) var kernel: KernelFacts?
    /// One finding for each target, in their order; only for the first ones if the pass was to end early.
    package internal(set) var findings: [Finding] = []
    /// Why targets could not be surveyed.
    package private(set) var fault: SystemCallError?

    init(over targets: [Target], in namespace: String?) {
        self.targets = targets
        self.namespace = namespace
    }

    /// Adds targets whose endpoint no other one has.
    mutating func add(_ discovered: [Target]) {
        var known = Set(targets.map(\.id))
        targets += discovered.filter { known.insert($0.id).inserted }
    }

    /// The remaining targets become inconclusive.
    mutating func giveUp(because error: SystemCallError) {
        fault = error
        let reason =
            "the network namespace \(namespace ?? "") could not be looked into: \(error)\(error.namespaceHint)"
        for target in targets.dropFirst(findings.count) {
            findings.append(
                Finding(target, at: Clock.wall, evidence: Evidence(of: target, surveyFault: reason)))
        }
    }
}
