package import SelfConnect

/// What the documents of targets share: facts of their network namespaces.
package struct TargetContext: Sendable {
    /// The lasting remedies.
    let remedies: LastingRemedies
    /// Basis of the time to a self-connection.
    let failedConnects: FailedConnects

    /// The context of these parts.
    package init(remedies: LastingRemedies, failedConnects: FailedConnects = FailedConnects()) {
        self.remedies = remedies
        self.failedConnects = failedConnects
    }

    /// The context of a snapshot.
    package init(_ snapshot: Snapshot) {
        self.init(remedies: snapshot.remedies, failedConnects: snapshot.failedConnects)
    }
}
