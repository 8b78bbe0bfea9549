// One target looked at from all sides: the kernel's facts, the address, who has the port, and a directed probe as
// each kind of client. Blocking and synchronous: whoever calls it brings the thread.

public import Linux
public import SelfConnect

/// Surveys targets in the calling thread's network namespace.
public struct Survey: ~Copyable {
    private let kernel: KernelSurvey
    private var sockets: SockDiag?
    private var addresses: AddressSurvey
    private let probe: DirectedProbe
    private let wait: (Duration) -> Void
    /// How many attempts to each address timed out since the last scene.
    private var timeouts: [IPAddress: Int] = [:]

    /// How long a self-connection has to last to be believed: longer than any probe's, ours or another's.
    private static let lasting = Duration.milliseconds(2)

    /// A survey whose attempts are bounded by `timeout`; `wait` sleeps.
    public init(
        timeout: Duration, kernel: KernelSurvey = KernelSurvey(), wait: @escaping (Duration) -> Void = Thread.sleep
    ) throws(SystemCallError) {
        self.kernel = kernel
        self.wait = wait
        sockets = try? SockDiag()
        addresses = try AddressSurvey()
        probe = DirectedProbe(timeout: timeout)
    }

    /// After so many attempts to an address in vain, no more are made until the next scene: a packet filter that
    /// drops would make a pass over many targets endless.
    private static let patience = 3

    /// The facts and the sockets of this moment.
    public mutating func scene() throws(SystemCallError) -> Scene {
        timeouts = [:]
        return Scene(kernel: try kernel.read(), sockets: try table())
    }

    /// Looks at a target; `loop` is what its last loop probe saw.
    ///
    /// The scene may be older than the probes. Where they contradict each other somebody came or went in between:
    /// then it is looked at once more, with fresh eyes.
    public mutating func look(at target: Target, in scene: Scene, loop: Observation? = nil) throws(SystemCallError)
        -> Finding
    {
        let address = try addresses.facts(about: target.endpoint.address)
        var evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: scene.kernel, address: address,
            holders: scene.sockets.holders(of: target.endpoint), passedOver: scene.passedOver, loop: loop)
        let at = Clock.wall
        if evidence.holders.contains(where: { $0.state == .selfConnected }) { try confirm(&evidence) }
        runProbes(&evidence)
        if evidence.contradictsItself {
            evidence.holders = try table(port: target.endpoint.port).holders(of: target.endpoint)
            runProbes(&evidence)
        }
        return Finding(target, at: at, evidence: evidence)
    }

    /// Who listens in the range, who is connected to himself, and who has taken the port of a target.
    ///
    /// Self-connections that were not `known` have to last: those of probes do not count.
    public mutating func census(
        of scene: Scene, targets: [Endpoint], known: Set<UInt32>
    ) throws(SystemCallError) -> SocketCensus {
        var census = SocketCensus(scene.sockets, in: scene.kernel.ephemeralRange, targets: targets)
        let seen = Set(census.selfConnections.map(\.socket.inode))
        guard !seen.isSubset(of: known) else { return census }
        wait(Self.lasting)
        let now = SocketCensus(try table(), in: scene.kernel.ephemeralRange, targets: [])
        let lasting = seen.intersection(now.selfConnections.map(\.socket.inode))
        census.selfConnections.removeAll { !lasting.contains($0.socket.inode) }
        return census
    }

    /// Whether a loop at the endpoint would reach nobody else at this moment.
    ///
    /// It is asked before each slice of a loop, so it looks only at what keeps the directed probe harmless: the probe
    /// itself is told by the kernel what is reserved and what is held.
    public mutating func isFree(_ endpoint: Endpoint, for kind: ClientKind) throws(SystemCallError) -> Bool {
        let facts = try kernel.readRange()
        guard facts.ephemeralRange.contains(endpoint.port), try addresses.isOwn(endpoint.address) else { return false }
        guard facts.directedProbe else {
            return try !table(port: endpoint.port).holders(of: endpoint).contains { $0.isServer }
        }
        let address = AddressFacts(isOwn: true, routeSource: nil)
        return probe.run(kind, to: endpoint, kernel: facts, address: address).outcome == .selfConnected
    }

    /// A self-connection of a probe lasts for microseconds: only one that is still there counts.
    private mutating func confirm(_ evidence: inout Evidence) throws(SystemCallError) {
        let seen = Set(evidence.holders.filter { $0.state == .selfConnected }.map(\.socket.inode))
        wait(Self.lasting)
        let now = try table(port: evidence.endpoint.port).holders(of: evidence.endpoint)
        evidence.holders = now.filter { $0.state != .selfConnected || seen.contains($0.socket.inode) }
    }

    private mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        try sockets?.table(port: port) ?? SocketTable()
    }

    private mutating func runProbes(_ evidence: inout Evidence) {
        guard evidence.kernel.directedProbe, evidence.isInRange, evidence.address.isOwn else { return }
        let address = evidence.endpoint.address
        for kind in ClientKind.allCases {
            guard timeouts[address, default: 0] < Self.patience else {
                evidence.directed[kind] = .untried(kind, "\(Self.patience) attempts to \(address) have timed out")
                continue
            }
            let observation = probe.run(
                kind, to: evidence.endpoint, kernel: evidence.kernel, address: evidence.address)
            evidence.directed[kind] = observation
            // One that waited in vain is enough: the others would wait as long.
            guard observation.outcome != .timedOut else {
                timeouts[address, default: 0] += 1
                break
            }
        }
    }
}

extension Observation {
    /// An attempt that would only have waited as others had.
    fileprivate static func untried(_ kind: ClientKind, _ reason: String) -> Observation {
        Observation(client: kind, outcome: .timedOut, at: Clock.wall, detail: reason)
    }
}

extension Evidence {
    /// Whether the probes saw another world than the holders tell.
    var contradictsItself: Bool {
        let hasServer = holders.contains { $0.isServer }
        return directed.values.contains { probe in
            switch probe.outcome {
            case .reachedListener: true
            case .notAvailable: !isReserved && holders.isEmpty && !mayBeHeldUnseen
            case .selfConnected: hasServer && probe.client != .bind
            default: false
            }
        }
    }
}
