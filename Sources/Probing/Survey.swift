// One target looked at from all sides: the kernel's facts, the address, who has the port, and a directed probe as
// each kind of client. Blocking and synchronous: whoever calls it brings the thread.

public import Linux
public import SelfConnect

/// Surveys targets in the calling thread's network namespace.
public struct Survey: ~Copyable {
    let kernel: KernelSurvey
    private var sockets: SocketSurvey
    var addresses: AddressSurvey
    private var identity: HolderIdentity
    private var probe: DirectedProbe
    private let wait: (Duration) -> Void
    /// How many attempts to each address timed out since the last scene.
    private var timeouts: [IPAddress: Int] = [:]

    /// The inodes of self-connections that have lasted.
    private var lasting: Set<UInt32> = []

    /// How long a self-connection has to last to be believed. A probe's lasts for microseconds; but on a busy machine
    /// another prober can be put aside for a tenth of a second while it has one.
    private static let credible = Duration.milliseconds(250)

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
        let sockets = try SocketSurvey(kernel.source)
        let addresses = try AddressSurvey()
        self.sockets = sockets
        self.addresses = addresses
        probe = DirectedProbe(timeout: timeout)
    }

    /// The bound on one attempt.
    public var timeout: Duration {
        get { probe.timeout }
        set { probe = DirectedProbe(timeout: newValue) }
    }

    /// After so many attempts to an address in vain, no more are made until the next scene: a packet filter that
    /// drops would make a pass over many targets endless.
    private static let patience = 3

    /// The facts and the sockets of this moment, with which a pass begins.
    public mutating func scene() throws(SystemCallError) -> Scene {
        identity.beginPass()
        timeouts = [:]
        var sockets = try table()
        lasting.formIntersection(sockets.selfMeetings.map(\.inode))
        try strikeProbes(from: &sockets)
        return Scene(kernel: try kernel.read(), sockets: sockets)
    }

    /// Looks at a target; `loop` is what its last loop probe saw.
    ///
    /// The scene may be older than the probes. Where they contradict each other somebody came or went in between:
    /// then it is looked at once more, with fresh eyes. What keeps it from being looked at makes it `inconclusive`.
    ///
    /// - Throws: that descriptors or memory have run out, which says nothing about the target.
    public mutating func look(at target: Target, in scene: Scene, loop: Observation? = nil) throws(SystemCallError)
        -> Finding
    {
        do throws(SystemCallError) {
            return try finding(of: target, in: scene, loop: loop)
        } catch  where !error.isWantOfResources {
            return Finding(target, at: Clock.wall, evidence: Evidence(of: target, hindrance: "\(error)"))
        }
    }

    private mutating func finding(
        of target: Target, in scene: Scene, loop: Observation?
    ) throws(SystemCallError) -> Finding {
        let address = try addresses.facts(about: target.endpoint.address)
        var evidence = Evidence(
            endpoint: target.endpoint, clients: target.clients, kernel: scene.kernel, address: address,
            holders: scene.sockets.holders(of: target.endpoint), loop: loop, hindrance: address.doubt,
            choice: scene.choice(for: target.endpoint.address))
        let at = Clock.wall
        try runProbes(&evidence)
        if evidence.contradictsItself {
            var sockets = try table(port: target.endpoint.port)
            try strikeProbes(from: &sockets, port: target.endpoint.port)
            evidence.holders = sockets.holders(of: target.endpoint)
            try runProbes(&evidence)
        }
        name(&evidence.holders, atMost: Self.named)
        return Finding(target, at: at, evidence: evidence)
    }

    /// Looks up who owns the first so many of these holders.
    public mutating func name(_ holders: inout [Holder], atMost limit: Int) {
        for index in holders.indices.prefix(limit) { holders[index] = identity.complete(holders[index]) }
    }

    /// Whether a loop at the endpoint would reach nobody else at this moment.
    ///
    /// It is asked before each slice of a loop, so it looks only at what keeps the directed probe harmless: the probe
    /// itself is told by the kernel what is reserved and what is held.
    public mutating func isFree(_ endpoint: Endpoint, for kind: ClientKind) throws(SystemCallError) -> Bool {
        let facts = try kernel.readRange()
        guard facts.ephemeralRange.contains(endpoint.port), try addresses.isOwn(endpoint.address) else { return false }
        guard facts.directedProbe else {
            guard facts.sockets != .none else { return false }
            return try !table(port: endpoint.port).holders(of: endpoint).contains { $0.isServer }
        }
        let address = AddressFacts(isOwn: true, routeSource: nil)
        return try probe.run(kind, to: endpoint, kernel: facts, address: address).outcome == .selfConnected
    }

    /// Strikes self-connections that are somebody's probe: looks again, at growing intervals, until they are gone
    /// or have lasted. One that has lasted is believed from then on, so that it costs its wait once.
    private mutating func strikeProbes(from sockets: inout SocketTable, port: UInt16 = 0) throws(SystemCallError) {
        var doubtful = sockets.selfMeetingInodes.subtracting(lasting)
        var waited = Duration.zero
        var pause = Duration.milliseconds(2)
        while !doubtful.isEmpty && waited < Self.credible {
            wait(pause)
            waited += pause
            pause *= 2
            sockets = try table(port: port)
            doubtful.formIntersection(sockets.selfMeetingInodes)
        }
        lasting.formUnion(doubtful)
        sockets.remove { [lasting] in $0.meetsItself && !lasting.contains($0.inode) }
    }

    /// The sockets of this moment, without self-connections that no scene has found to last: they may be a probe's.
    mutating func believedSockets() throws(SystemCallError) -> SocketTable {
        var sockets = try table()
        sockets.remove { [lasting] in $0.meetsItself && !lasting.contains($0.inode) }
        return sockets
    }

    private mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        try sockets.table(port: port)
    }

    private mutating func runProbes(_ evidence: inout Evidence) throws(SystemCallError) {
        guard evidence.kernel.directedProbe, evidence.isInRange, evidence.address.isOwn else { return }
        let address = evidence.endpoint.address
        for kind in ClientKind.allCases {
            guard timeouts[address, default: 0] < Self.patience else {
                evidence.directed[kind] = .untried(kind, "\(Self.patience) attempts to \(address) have timed out")
                continue
            }
            let observation = try probe.run(
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

extension SocketTable {
    /// Of self-connections; one that its owner closed has no inode and is on its way out.
    fileprivate var selfMeetingInodes: Set<UInt32> {
        Set(selfMeetings.lazy.map(\.inode).filter { $0 != 0 })
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
