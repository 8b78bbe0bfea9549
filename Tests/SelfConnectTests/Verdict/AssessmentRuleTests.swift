// Rules for all evidence, possible or not: the namespace state is read before the probes run, so any combination may
// occur in a race.

import SelfConnect
import TestSupport
import Testing

/// Random evidence, and the rules that no verdict may violate.
@Suite struct AssessmentRuleTests {
    @Test(
        "Evidence of a possible self-connection never leads to a safe verdict",
        arguments: [101, 102, 103, 104] as [UInt64])
    func neverSafe(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<1500 {
            let scenario = Scenario(using: &generator)
            let evidence = scenario.evidence
            let assessment = scenario.assessment
            let note = Comment("seed \(seed), round \(round): \(evidence) gave \(assessment)")
            // Where ports are shared a probe that binds is given the guard's, which a client would not be.
            let sharesGuard = !evidence.sockets.guards.isEmpty && evidence.kernel.autobindReuse
            let answers = evidence.clients.filter { !sharesGuard || $0 != .bind }.compactMap {
                evidence.probes.directed[$0]
            }
            let isHarmless = assessment.severity <= .notice
            if evidence.probes.isRedirected {
                #expect(assessment.severity >= .notice || assessment.verdict == .guarded, note)
                continue
            }
            if answers.contains(where: \.isHindered) { #expect(!isHarmless, note) }
            if answers.contains(where: { $0.outcome == .selfConnected }) { #expect(!isHarmless, note) }
            let configured = evidence.clients.compactMap { assessment.exposures[$0] }
            if configured.contains(where: { $0.isExposed || $0.level == .unknown }) { #expect(!isHarmless, note) }
            if assessment.exposures.values.contains(where: \.isExposed) { #expect(assessment.severity > .ok, note) }
        }
    }

    @Test("Each verdict requires its facts", arguments: [201, 202, 203, 204] as [UInt64])
    func facts(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var seen: Set<Verdict> = []
        for round in 0..<1500 {
            let scenario = Scenario(using: &generator)
            let evidence = scenario.evidence
            let assessment = scenario.assessment
            seen.insert(assessment.verdict)
            let configured = evidence.clients.compactMap { assessment.exposures[$0] }
            let holds: Bool
            switch assessment.verdict {
            case .selfConnected: holds = evidence.holders.contains { $0.state == .selfConnected && $0.conflicts }
            case .stolen:
                holds = evidence.serverAccess?.answer == .no && !evidence.serverIsUp && !evidence.holders.isEmpty
            case .susceptible: holds = configured.contains(where: \.isExposed)
            case .latent:
                holds =
                    evidence.mayBeHeldUnseen
                    || evidence.holders.contains { $0.state != .timeWait }
                        && !configured.contains(where: \.isExposed)
            case .inconclusive:
                holds = configured.contains { $0.level == .unknown } || evidence.serverAccess?.answer == .no
            case .guarded:
                holds =
                    !evidence.sockets.guards.isEmpty && evidence.isInRange && !evidence.isReserved
                    && evidence.address.isOwn
            case .redirected:
                holds = evidence.probes.isRedirected && !evidence.holders.contains { $0.isServer && $0.conflicts }
            case .reserved: holds = evidence.isReserved && evidence.isInRange
            case .outsideRange: holds = !evidence.isInRange
            case .notSelf:
                holds =
                    evidence.isInRange && !evidence.isReserved
                    && evidence.clients.allSatisfy { kind in
                        !evidence.kernel.clientKinds.contains(kind)
                            || !evidence.address.loops(kind, to: evidence.endpoint.address)
                    }
            }
            #expect(holds, "seed \(seed), round \(round): \(evidence) gave \(assessment)")
            #expect(assessment.reason.hasSuffix(".") && !assessment.reason.contains("  "))
        }
        #expect(seen == Set(Verdict.allCases))
    }
}

extension Scenario {
    /// Random combinations, with likely ones more often.
    init(using generator: inout SeededGenerator) {
        let addresses = ["127.0.0.1", "127.0.0.2", "[::1]", "[::]", "0.0.0.0", "[::ffff:127.0.0.1]", "192.0.2.1"]
        let ports = [40002, 40002, 40003, 40505, 41000, 30000]
        self.init("\(addresses.pick(&generator)):\(ports.pick(&generator))")
        isOwn = Int.random(in: 0..<8, using: &generator) > 0
        routeSource = Bool.random(using: &generator) ? nil : .loopback4
        clients = Set(ClientKind.allCases.filter { _ in Bool.random(using: &generator) })
        if clients.isEmpty { clients = [.connect] }
        kernel.showsBoundSockets = Int.random(in: 0..<4, using: &generator) > 0
        kernel.sockets = [.sockDiag, .sockDiag, .sockDiag, .procNet, .none].pick(&generator)
        kernel.directedProbe = Int.random(in: 0..<4, using: &generator) > 0
        for _ in 0..<[0, 0, 1, 1, 2].pick(&generator) {
            isHeld(
                Holder.State.allCases.pick(&generator),
                on: ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::", "::1"].pick(&generator))
        }
        kernel.restoresPortState = Bool.random(using: &generator)
        kernel.autobindReuse = Int.random(in: 0..<4, using: &generator) == 0
        kernel.rangeWalksBothParities = [true, false, nil].pick(&generator)
        server = ServerBinding.allCases.pick(&generator)
        kernelsAnswer = [nil, nil, .yes, .no].pick(&generator)
        guards = Int.random(in: 0..<4, using: &generator) == 0 ? [.loopback4] : []
        guard kernel.directedProbe else { return }
        isRedirected =
            Int.random(in: 0..<8, using: &generator) == 0 && isOwn && kernel.sockets != .none
            && !holders.contains { $0.isServer && $0.conflicts } && kernel.ephemeralRange.contains(endpoint.port)
        guard !isRedirected else {
            directed = [.reachedListener]
            return
        }
        directed = ClientKind.allCases.map { _ in
            [nil, .selfConnected, .selfConnected, .refused, .notAvailable, .notAvailable, .notAvailable].pick(
                &generator)
                ?? (Bool.random(using: &generator) ? nil : Observation.Outcome.allCases.pick(&generator))
        }
    }
}

extension Array {
    /// A random element of a non-empty list.
    fileprivate func pick(_ generator: inout SeededGenerator) -> Element {
        self[Int.random(in: indices, using: &generator)]
    }
}
