// The survey of a network namespace: its facts and sockets, and what its targets have in common. Blocking and synchronous:
// the caller brings the thread.

package import Linux
package import SelfConnect

/// What a look at a namespace found that does not walk the tables of the whole host.
package struct BriefScene: Sendable {
    /// The facts and the sockets.
    package let state: NamespaceState
    /// Whether no connection of the namespace is missing.
    package let isWhole: Bool
    /// Whether the tables were walked all the same.
    package let hasWalked: Bool
}

/// Surveys targets in the calling thread's network namespace.
package struct Survey: ~Copyable {
    var kernel: KernelSurvey
    private var sockets: SocketSurvey
    var addresses: AddressSurvey
    private var identity: HolderIdentity
    var probe: DirectedProbe
    /// After how long a port that is redirected is probed again.
    package var redirectedInterval = Duration.seconds(3600)
    private let wait: (Duration) -> Void
    /// How many attempts to each address timed out since the last scene.
    var timeouts: [IPAddress: Int] = [:]

    /// Addresses to which an attempt timed out, and none has been answered since: a packet filter drops, and there is no need
    /// to wait that long again.
    var silent: Set<IPAddress> = []

    /// The timeout of an attempt to such an address. A self-connection takes microseconds.
    static let briefTimeout = Duration.milliseconds(25)

    /// The inodes of self-connections that are known not to be probes.
    private var credible: Set<UInt32> = []

    /// The ports on which self-connections were reset before it was known whose they are, in this pass.
    var briefPorts: Set<UInt16> = []

    /// How long the looks at fresh self-connections may take in one pass, those of its scene apart.
    private var patience = Duration.zero
    private static let patience = Duration.milliseconds(200)

    /// How long a self-connection that may be a probe's has to last to be believed. A probe's lasts for microseconds; but on
    /// a busy machine another prober can be put aside for a tenth of a second while it has one.
    private static let probeLimit = Duration.milliseconds(250)

    /// The same for one that is not marked as a probe's.
    private static let freshLimit = Duration.milliseconds(1)

    /// Of how many holders of one port the owners are looked up: it can be the source port of any number.
    static let ownerLookupLimit = 16

    /// A survey whose attempts are bounded by `timeout`; `wait` sleeps.
    package init(
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
    package var timeout: Duration {
        get { probe.timeout }
        set { probe.timeout = newValue }
    }

    /// After so many attempts to an address in vain, no more are made until the next scene: a packet filter that
    /// drops would make a pass over many targets endless.
    static let timeoutLimit = 3

    /// The facts and the sockets of this moment, with which a pass begins.
    package mutating func scene() throws(SystemCallError) -> NamespaceState {
        identity.beginPass()
        try beginScene()
        var sockets = try table()
        try believe(&sockets)
        return NamespaceState(kernel: try kernel.read(), sockets: sockets)
    }

    /// The same with as few sockets as the verdicts on `endpoints` need, for a fraction of the time: all listeners, and
    /// self-connections of these endpoints. Whatever else has a port shows when a probe is refused, and is looked for then.
    ///
    /// Where a server's bind() beside a connection would leave a trace, all connections have to be known.
    ///
    /// - Parameter admitsWalk: whether all connections may be looked for.
    package mutating func briefScene(
        of endpoints: some Sequence<Endpoint>, admitsWalk: Bool = false
    ) throws(SystemCallError) -> BriefScene {
        try beginScene()
        let facts = try kernel.read()
        var table = try sockets.briefTable(
            with: Set(endpoints), admitsWalk: admitsWalk || !facts.restoresPortState)
        try believe(&table.sockets)
        return BriefScene(
            state: NamespaceState(kernel: facts, sockets: table.sockets), isWhole: table.isWhole,
            hasWalked: table.hasWalked)
    }

    private mutating func beginScene() throws(SystemCallError) {
        timeouts = [:]
        patience = Self.patience
        briefPorts = []
        try askAgain()
    }

    /// Removes the self-connections of probes.
    private mutating func believe(_ sockets: inout SocketTable) throws(SystemCallError) {
        credible.formIntersection(sockets.selfConnectingSockets.map(\.inode))
        try filterTransientSelfConnections(from: &sockets, within: Self.probeLimit, isScene: true)
    }

    /// Gives up what it knows about the owners of sockets: no other survey has to find them out again.
    consuming func surrenderIdentity() -> HolderIdentity { identity }

    /// What was refused once is asked for again: a moment's want must not last as long as the daemon.
    private mutating func askAgain() throws(SystemCallError) {
        if addresses.lacksNetlink { addresses = try AddressSurvey() }
        guard !kernel.isCertain else { return }
        kernel = kernel.askedAgain()
        if sockets.source != kernel.source { sockets = try SocketSurvey(kernel.source) }
    }

    /// Looks up who owns the first so many of these holders.
    package mutating func name(_ holders: inout [Holder], atMost limit: Int) {
        for index in holders.indices.prefix(limit) { holders[index] = identity.complete(holders[index]) }
    }

    /// Whether a loop at the endpoint would reach nobody else at this moment.
    ///
    /// It is asked before each slice of a loop, so it looks only at what keeps the directed probe harmless: the probe
    /// itself is told by the kernel what is reserved and what is held.
    package mutating func isSafeToLoop(_ endpoint: Endpoint, for kind: ClientKind) throws(SystemCallError) -> Bool {
        let facts = try kernel.readRange()
        guard facts.ephemeralRange.contains(endpoint.port), try addresses.isOwn(endpoint.address) else { return false }
        guard facts.directedProbe else {
            guard facts.sockets != .none else { return false }
            return try !table(port: endpoint.port).holders(of: endpoint).contains { $0.isServer }
        }
        let address = AddressFacts(isOwn: true, routeSource: nil)
        return try probe.run(kind, to: endpoint, kernel: facts, address: address).outcome == .selfConnected
    }

    /// Removes self-connections that are probes: looks again, at growing intervals, until they are gone or known to be a
    /// client's. That is known from then on, so that each costs its wait once.
    ///
    /// - Returns: how long it waited.
    @discardableResult
    private mutating func filterTransientSelfConnections(
        from table: inout SocketTable, within limit: Duration, isScene: Bool
    ) throws(SystemCallError) -> Duration {
        var doubtful = table.selfConnectingSockets.filter { $0.inode != 0 && !credible.contains($0.inode) }
        var waited = Duration.zero
        var pause = Duration.milliseconds(1)
        while !doubtful.isEmpty {
            let origins = try sockets.origins(of: doubtful)
            credible.formUnion(
                origins.lazy.filter { $0.value == .client || $0.value == .fresh && waited > .zero }.map(\.key))
            briefPorts.formUnion(doubtful.lazy.filter { origins[$0.inode] == nil }.map(\.local.port))
            doubtful = doubtful.filter {
                let origin = origins[$0.inode]
                return origin == .fresh && waited == .zero || origin == .unknown && isScene
            }
            guard !doubtful.isEmpty, waited < limit else { break }
            wait(pause)
            waited += pause
            pause *= 2
        }
        if isScene { credible.formUnion(doubtful.map(\.inode)) }
        table.remove { [credible] in $0.isSelfConnecting && !credible.contains($0.inode) }
        return waited
    }

    /// The sockets that have the endpoint's port at this moment. Of self-connections that may be a probe's only the next
    /// scene finds out.
    mutating func freshHolders(of endpoint: Endpoint) throws(SystemCallError) -> [Holder] {
        var sockets = try table(port: endpoint.port)
        patience -= try filterTransientSelfConnections(
            from: &sockets, within: min(patience, Self.freshLimit), isScene: false)
        return sockets.holders(of: endpoint)
    }

    /// The sockets of this moment, without self-connections that may be a probe's.
    mutating func believedSockets() throws(SystemCallError) -> SocketTable {
        var sockets = try table()
        sockets.remove { [credible] in $0.isSelfConnecting && !credible.contains($0.inode) }
        return sockets
    }

    private mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        try sockets.table(port: port)
    }
}
