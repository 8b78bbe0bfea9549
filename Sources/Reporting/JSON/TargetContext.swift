package import SelfConnect

/// What the documents of targets share: facts of their network namespaces.
package struct TargetContext: Sendable {
    /// By namespace. The text of a remedy is computed once: it may have thousands of ports, and thousands of targets.
    private let remedies: [String?: ShownRemedy]
    /// The lasting remedy of the daemon's own namespace.
    let ownRemedy: LastingRemedy?
    /// Basis of the time to a self-connection.
    let failedConnects: FailedConnects

    /// The context of these parts.
    package init(remedies: LastingRemedies, failedConnects: FailedConnects = FailedConnects()) {
        self.remedies = remedies.mapValues { ShownRemedy($0) }
        ownRemedy = remedies[nil]
        self.failedConnects = failedConnects
    }

    /// The context of a snapshot.
    package init(_ snapshot: Snapshot) {
        self.init(remedies: snapshot.remedies, failedConnects: snapshot.counters.failedConnects)
    }

    /// The lasting remedy of a target's namespace; nil if nothing of it was surveyed.
    func remedy(for target: Target) -> ShownRemedy? { remedies[target.namespace] }
}
