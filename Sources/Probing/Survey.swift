// The survey of a network namespace: its facts and sockets, and state that its targets share. Blocking: the caller
// provides the thread.

package import Linux
package import SelfConnect

/// Surveys targets in the calling thread's network namespace.
package struct Survey: ~Copyable {
    var kernel: KernelSurvey
    var sockets: SocketSurvey
    var addresses: AddressSurvey
    private var identity: HolderIdentity
    var probe: DirectedProbe
    /// Time until a redirected port is probed again.
    package var redirectedInterval = Duration.seconds(3600)
    /// The guards of this process: what they hold is held by no process else.
    package var guards = OwnGuards()
    let wait: (Duration) -> Void
    /// Whether there is no later survey to compare with: a command's.
    let isOneShot: Bool
    var silentAddresses = SilentAddresses()

    /// The inodes of self-connections that are known not to be probes.
    private var credible: Set<UInt32> = []

    /// What belongs to one pass.
    struct ThisPass {
        /// The ports of self-connections that were reset before their origin was known.
        var briefPorts: Set<UInt16> = []
        /// What is left of the time for examining new self-connections, without those of the namespace state.
        fileprivate var examinationTime = Duration.zero
    }

    var thisPass = ThisPass()

    /// Time limit for examining new self-connections in one pass, without those of its namespace state.
    private static let examinationLimit = Duration.milliseconds(200)

    /// Minimum duration of a self-connection that may be a probe's before it is reported. A probe's lasts for
    /// microseconds, but on a busy host another prober may not be scheduled for a tenth of a second meanwhile.
    private static let probeLimit = Duration.milliseconds(250)

    /// The minimum duration if it is not marked as a probe's.
    private static let freshLimit = Duration.milliseconds(1)

    /// Maximum number of holders of one port whose owners are looked up: a port can be the source port of any number of
    /// connections.
    static let ownerLookupLimit = 16

    /// A survey whose attempts are limited by `timeout`; `wait` sleeps.
    package init(
        timeout: Duration, kernel: KernelSurvey = KernelSurvey(), identity: HolderIdentity = HolderIdentity(),
        isOneShot: Bool = false, wait: @escaping (Duration) -> Void = Thread.sleep
    ) throws(SystemCallError) {
        self.kernel = kernel
        self.identity = identity
        self.wait = wait
        self.isOneShot = isOneShot
        let sockets = try SocketSurvey(kernel.source)
        let addresses = try AddressSurvey()
        self.sockets = sockets
        self.addresses = addresses
        probe = DirectedProbe(timeout: timeout)
    }

    /// How long a server may take from bind() to listen(): until then a socket that is only bound is taken for one that starts.
    /// A command cannot wait as long as the daemon.
    var listenTime: Duration { isOneShot ? .milliseconds(50) : .seconds(10) }

    /// Time limit of one attempt.
    package var timeout: Duration {
        get { probe.timeout }
        set { probe.timeout = newValue }
    }

    /// Forgets which addresses have timed out, so that one target does not leave the next without probes.
    package mutating func allowTimeouts() { silentAddresses.beginPass() }

    /// The current facts and sockets, with which a pass starts.
    package mutating func readState() throws(SystemCallError) -> NamespaceState {
        identity.beginPass()
        try beginReading()
        let now = Clock.monotonic
        var sockets = try table()
        try removeProbes(from: &sockets)
        return NamespaceState(kernel: try kernel.read(), sockets: sockets, readAt: now)
    }

    mutating func beginReading() throws(SystemCallError) {
        silentAddresses.beginPass()
        thisPass = ThisPass()
        thisPass.examinationTime = Self.examinationLimit
        try askAgain()
    }

    /// Removes the self-connections of probes.
    mutating func removeProbes(from sockets: inout SocketTable) throws(SystemCallError) {
        credible.formIntersection(sockets.selfConnectingSockets.map(\.inode))
        try filterTransientSelfConnections(from: &sockets, within: Self.probeLimit, isWholeState: true)
    }

    /// Exchanges what it knows about the owners of sockets and about connections for what other surveys have found out.
    mutating func exchange(_ identity: inout HolderIdentity, _ connections: inout KnownConnections) {
        swap(&self.identity, &identity)
        swap(&sockets.check, &connections.check)
        swap(&credible, &connections.credible)
    }

    /// Repeats queries that failed before: a temporary lack of resources must not have a permanent effect.
    private mutating func askAgain() throws(SystemCallError) {
        if addresses.lacksNetlink { addresses = try AddressSurvey() }
        guard !kernel.isCertain else { return }
        kernel = kernel.askedAgain()
        if sockets.source != kernel.source { sockets = try SocketSurvey(kernel.source) }
    }

    /// Looks up the owners of the first `limit` holders.
    package mutating func name(_ holders: inout [Holder], atMost limit: Int) {
        for index in holders.indices.prefix(limit) { holders[index] = identity.complete(holders[index]) }
    }

    /// Whether a loop at the endpoint would reach no other socket now.
    ///
    /// Called before each slice of a loop, so it only checks what keeps the directed probe harmless: the kernel itself
    /// considers reserved and used ports in the probe.
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

    /// Removes self-connections that are probes: reads the sockets again, at increasing intervals, until these have
    /// gone or are known to be a client's. The result is remembered, so that each one is waited for once.
    ///
    /// - Returns: how long it waited.
    @discardableResult
    private mutating func filterTransientSelfConnections(
        from table: inout SocketTable, within limit: Duration, isWholeState: Bool
    ) throws(SystemCallError) -> Duration {
        var doubtful = table.selfConnectingSockets.filter { $0.inode != 0 && !credible.contains($0.inode) }
        var waited = Duration.zero
        var pause = Duration.milliseconds(1)
        while !doubtful.isEmpty {
            let origins = try sockets.origins(of: doubtful)
            credible.formUnion(
                origins.lazy.filter { $0.value == .client || $0.value == .fresh && waited > .zero }.map(\.key))
            thisPass.briefPorts.formUnion(doubtful.lazy.filter { origins[$0.inode] == nil }.map(\.local.port))
            doubtful = doubtful.filter {
                let origin = origins[$0.inode]
                return origin == .fresh && waited == .zero || origin == .unknown && isWholeState
            }
            guard !doubtful.isEmpty, waited < limit else { break }
            wait(pause)
            waited += pause
            pause *= 2
        }
        if isWholeState { credible.formUnion(doubtful.map(\.inode)) }
        table.remove { [credible] in $0.isSelfConnecting && !credible.contains($0.inode) }
        return waited
    }

    /// The current sockets with the endpoint's port. Whether a self-connection may be a probe's is only determined for
    /// the next namespace state.
    mutating func freshTable(of endpoint: Endpoint) throws(SystemCallError) -> SocketTable {
        var sockets = try table(port: endpoint.port)
        thisPass.examinationTime -= try filterTransientSelfConnections(
            from: &sockets, within: min(thisPass.examinationTime, Self.freshLimit), isWholeState: false)
        return sockets
    }

    /// The current sockets, without self-connections that may be a probe's.
    mutating func socketsWithoutProbes() throws(SystemCallError) -> SocketTable {
        var sockets = try table()
        sockets.remove { [credible] in $0.isSelfConnecting && !credible.contains($0.inode) }
        return sockets
    }

    private mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        try sockets.table(port: port)
    }
}
