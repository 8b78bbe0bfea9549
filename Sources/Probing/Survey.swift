// One target looked at from all sides: the kernel's facts, the address, who has the port, and a directed probe as
// each kind of client. Blocking and synchronous: whoever calls it brings the thread.

public import Linux
public import SelfConnect

/// Surveys targets in the calling thread's network namespace.
public struct Survey: ~Copyable {
    private let kernel: KernelSurvey
    private var sockets: SockDiag?
    private var addresses: AddressSurvey
    private var identity: HolderIdentity
    private let probe: DirectedProbe
    private let wait: (Duration) -> Void

    /// How long a self-connection has to last to be believed: longer than any probe's, ours or another's.
    private static let lasting = Duration.milliseconds(2)

    /// Of how many holders of one port the owners are looked up: it can be the source port of any number.
    private static let named = 16

    /// A survey whose attempts are bounded by `timeout`; `wait` sleeps.
    public init(
        timeout: Duration, kernel: KernelSurvey = KernelSurvey(), identity: HolderIdentity = HolderIdentity(),
        wait: @escaping (Duration) -> Void = Thread.sleep
    ) throws(SystemCallError) {
        self.kernel = kernel
        self.identity = identity
        self.wait = wait
        sockets = try? SockDiag()
        addresses = try AddressSurvey()
        probe = DirectedProbe(timeout: timeout)
    }

    /// The facts and the sockets of this moment, with which a pass begins.
    public mutating func scene() throws(SystemCallError) -> Scene {
        identity.beginPass()
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
            holders: scene.sockets.holders(of: target.endpoint), loop: loop,
            choice: scene.choice(for: target.endpoint.address))
        let at = Clock.wall
        if evidence.holders.contains(where: { $0.state == .selfConnected }) { try confirm(&evidence) }
        runProbes(&evidence)
        if evidence.contradictsItself {
            evidence.holders = try table(port: target.endpoint.port).holders(of: target.endpoint)
            runProbes(&evidence)
        }
        for index in evidence.holders.indices.prefix(Self.named) {
            evidence.holders[index] = identity.complete(evidence.holders[index])
        }
        return Finding(target, at: at, evidence: evidence)
    }

    /// Whether a loop at the endpoint would reach nobody else at this moment.
    public mutating func isFree(_ endpoint: Endpoint, for kind: ClientKind) throws(SystemCallError) -> Bool {
        let facts = try kernel.read()
        guard facts.ephemeralRange.contains(endpoint.port) else { return false }
        let address = try addresses.facts(about: endpoint.address)
        guard facts.directedProbe else {
            let holders = try table(port: endpoint.port).holders(of: endpoint)
            return address.isOwn && !holders.contains { $0.isServer }
        }
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

    private func runProbes(_ evidence: inout Evidence) {
        guard evidence.kernel.directedProbe, evidence.isInRange, evidence.address.isOwn else { return }
        for kind in ClientKind.allCases {
            let observation = probe.run(
                kind, to: evidence.endpoint, kernel: evidence.kernel, address: evidence.address)
            evidence.directed[kind] = observation
            // One that waited in vain is enough: the others would wait as long.
            guard observation.outcome != .timedOut else { break }
        }
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
