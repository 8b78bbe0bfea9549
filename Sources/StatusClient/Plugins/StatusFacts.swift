package import SelfConnect

/// What plug-ins know about a daemon and its targets.
package struct StatusFacts: Sendable, Hashable {
    /// A target that a plug-in may name.
    package struct Target: Sendable, Hashable {
        /// The display name.
        package var name: String
        /// Its endpoint.
        package var endpoint: String
        /// The network namespace that it is watched in; nil: the daemon's own.
        package var namespace: String?
        /// The verdict of the target.
        package var verdict: Verdict
        /// The severity of the verdict.
        package var severity: Severity
        /// The first step that frees the port now.
        package var firstStep: String?

        /// Memberwise initializer.
        package init(
            name: String, endpoint: String, namespace: String? = nil, verdict: Verdict, severity: Severity,
            firstStep: String? = nil
        ) {
            self.name = name
            self.endpoint = endpoint
            self.namespace = namespace
            self.verdict = verdict
            self.severity = severity
            self.firstStep = firstStep
        }
    }

    /// Whether the first pass is complete.
    package var isReady = true
    /// Whether the daemon is healthy: all threads make progress, and there is no fault.
    package var isHealthy = true
    /// Why it is not healthy, if it gives a reason.
    package var fault: String?
    /// Whether the configuration was last loaded successfully.
    package var lastReloadSuccessful = true
    /// Why loading failed, if it gives a reason.
    package var reloadFault: String?
    /// The number of targets with each verdict.
    package var verdicts: [Verdict: Int]
    /// The number of targets of each severity.
    package var severities: [Severity: Int]
    /// The most severe targets of severity warning and critical, most severe first: a few of them.
    package var mostSevere: [Target]

    /// The number of self-connections that no target shows.
    package var unwatchedSelfConnections = 0

    /// A daemon without faults.
    package init(verdicts: [Verdict: Int], severities: [Severity: Int], mostSevere: [Target]) {
        self.verdicts = verdicts
        self.severities = severities
        self.mostSevere = mostSevere
    }

    /// The number of all targets.
    package var total: Int { verdicts.values.reduce(0, +) }

    /// The number of exposed targets.
    package var exposedCount: Int { verdicts.reduce(0) { $0 + ($1.key.isExposure ? $1.value : 0) } }

    /// The number of targets with this verdict.
    package func count(_ verdict: Verdict) -> Int { verdicts[verdict] ?? 0 }
}
