import SelfConnect
import Testing

/// Names of the stable interface.
@Suite struct VerdictTests {
    @Test("Verdicts are spelt as in the contract and sorted with the most severe first") func spelling() {
        #expect(
            Verdict.allCases.map(\.rawValue) == [
                "self-connected", "stolen", "susceptible", "latent", "inconclusive", "guarded", "redirected",
                "reserved", "outside-range", "not-self",
            ])
    }

    @Test("Verdicts sort from the most dangerous to the safest") func order() {
        #expect(Verdict.allCases.reversed().sorted() == Verdict.allCases)
    }

    @Test("Exposures are ports on which a client can connect to itself or has; trouble is what is wrong now")
    func kinds() {
        #expect(Verdict.exposures == [.selfConnected, .stolen, .susceptible])
        #expect(Verdict.allCases.filter(\.isExposure) == Verdict.exposures)
        #expect(Verdict.allCases.filter(\.isTrouble) == [.selfConnected, .stolen])
        #expect(Verdict.allCases.filter(\.needsAttention) == Verdict.exposures + [.latent, .inconclusive])
    }

    @Test("Severities sort from ok to critical") func severities() {
        #expect(Severity.allCases.reversed().sorted().map(\.rawValue) == ["ok", "notice", "warning", "critical"])
    }

    @Test("Outcomes are spelt as in the contract") func outcomes() {
        #expect(
            Observation.Outcome.allCases.map(\.rawValue) == [
                "self-connected", "refused", "not-available", "reached-listener", "timed-out", "exhausted", "skipped",
                "failed",
            ])
    }
}
