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

    /// The inodes of self-connections that have lasted.
    private var lasting: Set<UInt32> = []

    /// How long a self-connection has to last to be believed. A probe's lasts for microseconds; but on a busy machine
    /// another prober can be put aside for a tenth of a second while it has one.
    private static let credible = Duration.milliseconds(250)

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

    /// The facts and the sockets of this moment.
    public mutating func scene() throws(SystemCallError) -> Scene {
        let sockets = try table()
        lasting.formIntersection(sockets.all.lazy.filter(\.isSelfConnected).map(\.inode))
        return Scene(kernel: try kernel.read(), sockets: sockets)
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
        try strikeProbes(&evidence)
        runProbes(&evidence)
        if evidence.contradictsItself {
            evidence.holders = try table(port: target.endpoint.port).holders(of: target.endpoint)
            try strikeProbes(&evidence)
            runProbes(&evidence)
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

    /// Strikes self-connections that are somebody's probe: looks again, at growing intervals, until they are gone
    /// or have lasted. One that has lasted is believed from then on, so that it costs its wait once.
    private mutating func strikeProbes(_ evidence: inout Evidence) throws(SystemCallError) {
        var doubtful = evidence.selfConnections.subtracting(lasting)
        var waited = Duration.zero
        var pause = Duration.milliseconds(2)
        while !doubtful.isEmpty && waited < Self.credible {
            wait(pause)
            waited += pause
            pause *= 2
            evidence.holders = try table(port: evidence.endpoint.port).holders(of: evidence.endpoint)
            doubtful.formIntersection(evidence.selfConnections)
        }
        lasting.formUnion(doubtful)
        evidence.holders.removeAll { $0.state == .selfConnected && !lasting.contains($0.socket.inode) }
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
    /// The inodes of the port's self-connections; one that its owner closed has none and is on its way out.
    fileprivate var selfConnections: Set<UInt32> {
        Set(holders.filter { $0.state == .selfConnected && $0.socket.inode != 0 }.map(\.socket.inode))
    }

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
