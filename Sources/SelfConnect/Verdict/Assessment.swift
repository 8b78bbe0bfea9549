// From evidence to a verdict. Pure, so that each row of docs/kernel-facts.md can be a test.

/// What the evidence means for a target.
package struct Assessment: Hashable, Sendable {
    /// The verdict.
    package let verdict: Verdict
    /// The severity of the verdict.
    package let severity: Severity
    /// One English sentence with the facts.
    package let reason: String
    /// What the verdict is based on.
    package let proof: Proof
    /// The exposure of every client kind.
    package let exposures: [ClientKind: Exposure]
    /// The socket that has the port now; the most severe one.
    package let holder: Holder?
    /// Whether a server could bind the port now; nil if a server has it, or it is unknown.
    package let serverAccess: ServerAccess?
    /// What prevents a server from binding, a sentence fragment.
    package let serverBlocker: String?

    /// Less for what is more urgent: by severity, then by verdict.
    package var urgency: Int { verdict.rank - severity.rank * Verdict.allCases.count }

    /// Assesses the evidence about a target that matters at most so much.
    package init(_ evidence: Evidence, severityLimit: Severity = .critical) {
        let exposures = ExposureRules(evidence).exposures
        let configured = evidence.clients.sorted().compactMap { exposures[$0] }
        verdict = Self.verdict(evidence, exposures, configured)
        severity = min(severityLimit, Self.severity(verdict, evidence, configured: configured, all: exposures.values))
        proof = verdict == .stolen ? evidence.serverAccess?.proof ?? .analysis : Self.proof(configured)
        let words = Reason(evidence, exposures, verdict)
        reason = words.sentence
        serverAccess = evidence.serverAccess
        serverBlocker = words.blocker
        holder = evidence.holders.first
        self.exposures = exposures
    }

    private static func verdict(
        _ evidence: Evidence, _ exposures: [ClientKind: Exposure], _ configured: [Exposure]
    ) -> Verdict {
        let holders = evidence.holders
        if holders.contains(where: { $0.state == .selfConnected && $0.conflicts }) { return .selfConnected }
        if evidence.isStolen { return .stolen }
        if configured.contains(where: \.isExposed) { return .susceptible }
        if isHeld(evidence, exposures) { return .latent }
        if configured.contains(where: { $0.level == .unknown }) || evidence.isHeldByUnseen { return .inconclusive }
        if evidence.isGuarded { return .guarded }
        if evidence.probes.isRedirected { return .redirected }
        return Safety(evidence)?.verdict ?? .inconclusive
    }

    /// Whether a configured kind would be exposed if no socket, visible or not, had the port.
    private static func isHeld(_ evidence: Evidence, _ exposures: [ClientKind: Exposure]) -> Bool {
        guard evidence.mayLoopSomehow, !evidence.probes.isRedirected else { return false }
        return evidence.possibleClients.contains { kind in
            evidence.address.loops(kind, to: evidence.endpoint.address)
                && !evidence.isGuarded(from: kind)
                && (exposures[kind]?.level == Exposure.Level.none
                    || evidence.holders.contains {
                        evidence.isBlocked(by: $0, for: kind)
                            && !(kind.portChoice == .bind && evidence.mayLeaveOpen($0))
                    })
        }
    }

    private static func severity(
        _ verdict: Verdict, _ evidence: Evidence, configured: [Exposure], all: some Sequence<Exposure>
    ) -> Severity {
        switch verdict {
        case .selfConnected: .critical
        // Closed connections disappear by themselves.
        case .stolen: evidence.blockers.allSatisfy { $0.state == .timeWait } ? .warning : .critical
        case .susceptible: configured.contains { $0.level == .likely } ? .critical : .warning
        case .latent, .inconclusive: .warning
        case .redirected: .notice
        case .guarded, .reserved, .outsideRange, .notSelf: all.contains(where: \.isExposed) ? .notice : .ok
        }
    }

    /// The weakest proof among the configured kinds' exposures.
    private static func proof(_ configured: [Exposure]) -> Proof {
        let proofs = configured.map(\.proof)
        if proofs.isEmpty || proofs.contains(.analysis) { return .analysis }
        return proofs.contains(.loop) ? .loop : .directed
    }
}
