// The survey of a network namespace: its facts and sockets, and what its targets have in common. Blocking and synchronous:
// the caller brings the thread.

public import Linux
public import SelfConnect

/// Surveys targets in the calling thread's network namespace.
public struct Survey: ~Copyable {
    let kernel: KernelSurvey
    private var sockets: SocketSurvey
    var addresses: AddressSurvey
    private var identity: HolderIdentity
    var probe: DirectedProbe
    /// After how long a port that is redirected is probed again.
    public var redirectedInterval = Duration.seconds(3600)
    private let wait: (Duration) -> Void
    /// How many attempts to each address timed out since the last scene.
    var timeouts: [IPAddress: Int] = [:]

    /// The inodes of self-connections that have lasted.
    private var lasting: Set<UInt32> = []

    /// How long a self-connection has to last to be believed. A probe's lasts for microseconds; but on a busy machine
    /// another prober can be put aside for a tenth of a second while it has one.
    private static let credible = Duration.milliseconds(250)

    /// Of how many holders of one port the owners are looked up: it can be the source port of any number.
    static let ownerLookupLimit = 16

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
        set { probe.timeout = newValue }
    }

    /// After so many attempts to an address in vain, no more are made until the next scene: a packet filter that
    /// drops would make a pass over many targets endless.
    static let timeoutLimit = 3

    /// The facts and the sockets of this moment, with which a pass begins.
    public mutating func scene() throws(SystemCallError) -> Scene {
        identity.beginPass()
        timeouts = [:]
        var sockets = try table()
        lasting.formIntersection(sockets.selfMeetings.map(\.inode))
        try strikeProbes(from: &sockets)
        return Scene(kernel: try kernel.read(), sockets: sockets)
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

    /// The sockets that have the endpoint's port at this moment.
    mutating func freshHolders(of endpoint: Endpoint) throws(SystemCallError) -> [Holder] {
        var sockets = try table(port: endpoint.port)
        try strikeProbes(from: &sockets, port: endpoint.port)
        return sockets.holders(of: endpoint)
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
}

extension SocketTable {
    /// Of self-connections; one that its owner closed has no inode and is on its way out.
    fileprivate var selfMeetingInodes: Set<UInt32> {
        Set(selfMeetings.lazy.map(\.inode).filter { $0 != 0 })
    }
}
