import SelfConnect

/// One target, as in `/v1/status` and `/v1/targets`.
struct TargetDocument: Encodable {
    struct Client: Encodable {
        var exposure: String
        var expectedAttempts: Double?
        var expectedAttemptsReusingAddress: Double?
        var meanSecondsAtRate: [String: Double]?
        var proof: String

        /// Connects per second: a slow client, a busy one, a reconnect storm.
        private static let rates = [1, 10, 100]

        init(_ exposure: Exposure) {
            self.exposure = exposure.level.rawValue
            expectedAttempts = exposure.expectedAttempts?.rounded()
            expectedAttemptsReusingAddress = exposure.oddsReusingAddress?.expectedAttempts?.rounded()
            meanSecondsAtRate = exposure.odds.map { odds in
                let means = Self.rates.map { ("\($0)", odds.meanTime(attemptsPerSecond: Double($0))) }
                return Dictionary(uniqueKeysWithValues: means).compactMapValues { $0?.inSeconds.rounded(toPlaces: 3) }
            }
            proof = exposure.proof.rawValue
        }
    }

    struct Change: Encodable {
        var at: String
        var verdict: String
        var previous: String?
        var severity: String
        var reason: String
    }

    var name: String
    var endpoint: String
    var namespace: String?
    var source: String
    var verdict: String
    var severity: String
    var previousVerdict: String?
    var since: String
    var lastProbe: String
    var reason: String
    var proof: String
    var configuredClients: [String]
    var clients: [String: Client]
    var holder: HolderDocument?
    var serverCanBind: ServerAccessDocument?
    var directed: [ObservationDocument]?
    var loop: ObservationDocument?
    var meanSecondsBound: Double?
    var `guard`: GuardDocument?
    var remedy: RemedyDocument?
    var history: [Change]?
    var sameName: [String]?

    init(_ watched: WatchedTarget, _ context: TargetContext) {
        let assessment = watched.finding.assessment
        let evidence = watched.finding.evidence
        name = watched.target.name
        endpoint = "\(watched.target.endpoint)"
        namespace = watched.target.namespace
        source = watched.target.source.rawValue
        verdict = assessment.verdict.rawValue
        severity = assessment.severity.rawValue
        previousVerdict = watched.current.previous?.rawValue
        since = "\(watched.current.at)"
        lastProbe = "\(watched.finding.at)"
        reason = assessment.reason
        proof = assessment.proof.rawValue
        configuredClients = watched.target.clients.sorted().map(\.rawValue)
        clients = Dictionary(uniqueKeysWithValues: assessment.exposures.map { ($0.rawValue, Client($1)) })
        holder = assessment.holder.map { HolderDocument($0) }
        serverCanBind = assessment.serverAccess.map { ServerAccessDocument($0, because: assessment.serverBlocker) }
        let probes = ClientKind.allCases.compactMap { evidence.directed[$0] }
        directed = probes.isEmpty ? nil : probes.map { ObservationDocument($0) }
        loop = watched.loop.map { ObservationDocument($0, confidence: watched.loopConfidence) }
        meanSecondsBound = context.failedConnects.meanTimeBound(of: watched.finding)?.inSeconds.rounded(toPlaces: 3)
        self.guard = watched.guardState.map { GuardDocument($0) }
        self.remedy = RemedyDocument(watched.finding, context.remedies[watched.target.namespace])
    }

    /// Adds the changes of the verdict, newest first, and the other endpoints of the same name.
    func detailed(_ watched: WatchedTarget, sameName: [Endpoint]) -> TargetDocument {
        var document = self
        document.history = watched.history.changes.reversed().map {
            Change(
                at: "\($0.at)", verdict: $0.verdict.rawValue, previous: $0.previous?.rawValue,
                severity: $0.severity.rawValue, reason: $0.reason)
        }
        document.sameName = sameName.isEmpty ? nil : sameName.map { "\($0)" }
        return document
    }
}

struct ServerAccessDocument: Encodable {
    var answer: String
    var address: String
    var proof: String
    var because: String?

    init(_ access: ServerAccess, because: String?) {
        answer = access.answer.rawValue
        address = "\(access.address)"
        proof = access.proof.rawValue
        self.because = because ?? access.detail
    }
}

struct HolderDocument: Encodable {
    var state: String
    var local: String
    var peer: String?
    var uid: UInt32?
    var user: String?
    var unit: String?
    var cgroup: String?
    var pid: Int32?
    var command: String?
    var container: String?
    var namespace: String?
    var reusesAddress: Bool?

    init(_ holder: Holder) {
        state = holder.state.rawValue
        local = "\(holder.socket.local)"
        peer = holder.isServer ? nil : "\(holder.socket.peer)"
        // The kernel reports uid 0 for a socket that its owner has closed: it does not belong to root.
        uid = holder.socket.inode == 0 ? nil : holder.socket.uid
        user = holder.user
        unit = holder.unit
        cgroup = holder.unit == nil ? holder.controlGroup : nil
        pid = holder.pid
        command = holder.command
        container = holder.container?.text
        namespace = holder.namespace
        reusesAddress = holder.reusesAddress
    }
}

struct ObservationDocument: Encodable {
    var client: String
    var outcome: String
    var at: String
    var attempts: Int
    var elapsedSeconds: Double
    var local: String?
    var peer: String?
    var error: String?
    var reason: String?
    var confidence: Double?

    init(_ observation: Observation, confidence: Double? = nil) {
        client = observation.client.rawValue
        outcome = observation.outcome.rawValue
        at = "\(observation.at)"
        attempts = observation.attempts
        elapsedSeconds = observation.elapsed.inSeconds.rounded(toPlaces: 6)
        local = observation.local.map { "\($0)" }
        peer = observation.peer.map { "\($0)" }
        error = observation.error
        reason = observation.detail
        self.confidence = confidence?.rounded(toPlaces: 6)
    }
}
