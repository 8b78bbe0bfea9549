import Primitives
import SelfConnect

extension JSONWriter {
    /// One target, as in `/v1/status` and `/v1/targets`.
    mutating func target(_ watched: WatchedTarget, _ context: TargetContext) {
        object { json in
            json.targetMembers(watched, context)
            json.clients(watched, inDetail: false)
        }
    }

    /// One target with the probes and the odds that its verdict is based on.
    mutating func provedTarget(_ watched: WatchedTarget, _ context: TargetContext) {
        object { $0.provedMembers(watched, context) }
    }

    /// One target with all that is known: also the changes of its verdict, newest first, and the other endpoints of its
    /// name.
    mutating func detailedTarget(_ watched: WatchedTarget, _ context: TargetContext, sameName: [Endpoint]) {
        object { json in
            json.provedMembers(watched, context)
            json.array("history", watched.history.changes.reversed()) { $0.change($1) }
            if !sameName.isEmpty { json.strings("same_name", sameName.map { "\($0)" }) }
        }
    }

    private mutating func provedMembers(_ watched: WatchedTarget, _ context: TargetContext) {
        targetMembers(watched, context)
        clients(watched, inDetail: true)
        let probes = ClientKind.allCases.compactMap { watched.finding.evidence.probes.directed[$0] }
        if !probes.isEmpty { array("directed", probes) { $0.observation($1) } }
        if let loop = watched.loop { member("loop") { $0.observation(loop, confidence: watched.loopConfidence) } }
    }

    private mutating func targetMembers(_ watched: WatchedTarget, _ context: TargetContext) {
        let assessment = watched.finding.assessment
        member("name", watched.target.name)
        member("endpoint", "\(watched.target.endpoint)")
        member("namespace", watched.target.namespace)
        member("verdict", assessment.verdict)
        member("severity", assessment.severity)
        member("reason", assessment.reason)
        remedyMember(watched.finding, context.remedy(for: watched.target))
        if let state = watched.guardState { member("guard") { $0.guardState(state) } }
        if let holder = assessment.holder { member("holder") { $0.holder(holder) } }
        if let access = assessment.serverAccess {
            member("server_can_bind") { $0.serverAccess(access, because: assessment.serverBlocker) }
        }
        member("since", "\(watched.current.at)")
        member("previous_verdict", watched.current.previous)
        outsideFingerprint { $0.member("last_probe", "\(watched.finding.at)") }
        member("source", watched.target.source)
        strings("configured_clients", watched.target.clients.sorted().map(\.rawValue))
        member("proof", assessment.proof)
        let bound = context.failedConnects.meanTimeBound(of: watched.finding)
        outsideFingerprint { $0.member("mean_seconds_bound", bound?.inSeconds.rounded(toPlaces: 3)) }
    }

    private mutating func clients(_ watched: WatchedTarget, inDetail isDetailed: Bool) {
        let exposures = watched.finding.assessment.exposures
        object("clients") { json in
            for kind in ClientKind.allCases {
                if let exposure = exposures[kind] { json.member(kind.rawValue) { $0.client(exposure, isDetailed) } }
            }
        }
    }

    /// Connects per second: a slow client, a busy one, a reconnect storm.
    private static let rates = [1, 10, 100]

    private mutating func client(_ exposure: Exposure, _ isDetailed: Bool) {
        object { json in
            json.member("exposure", exposure.level)
            json.member("proof", exposure.proof)
            json.member("expected_attempts", exposure.expectedAttempts?.rounded())
            json.member("expected_attempts_reusing_address", exposure.oddsReusingAddress?.expectedAttempts?.rounded())
            guard isDetailed, let odds = exposure.odds else { return }
            json.object("mean_seconds_at_rate") { json in
                for rate in Self.rates {
                    let mean = odds.meanTime(attemptsPerSecond: Double(rate))
                    json.member("\(rate)", mean?.inSeconds.rounded(toPlaces: 3))
                }
            }
        }
    }

    private mutating func serverAccess(_ access: ServerAccess, because blocker: String?) {
        object { json in
            json.member("answer", access.answer)
            json.member("address", "\(access.address)")
            json.member("proof", access.proof)
            json.member("because", blocker ?? access.detail)
        }
    }

    private mutating func observation(_ observation: Observation, confidence: Double? = nil) {
        object { json in
            json.member("client", observation.client)
            json.member("outcome", observation.outcome)
            json.member("attempts", observation.attempts)
            json.member("local", observation.local.map { "\($0)" })
            json.member("peer", observation.peer.map { "\($0)" })
            json.member("error", observation.error)
            json.member("reason", observation.detail)
            json.member("confidence", confidence?.rounded(toPlaces: 6))
            json.outsideFingerprint {
                $0.member("at", "\(observation.at)")
                $0.member("elapsed_seconds", observation.elapsed.inSeconds.rounded(toPlaces: 6))
            }
        }
    }

    private mutating func change(_ change: History.Change) {
        object { json in
            json.member("at", "\(change.at)")
            json.member("verdict", change.verdict)
            json.member("previous", change.previous)
            json.member("severity", change.severity)
            json.member("reason", change.reason)
        }
    }
}
