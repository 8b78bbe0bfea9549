/// Everything known about a target at one moment; the assessment is a pure function of it.
public struct Evidence: Hashable, Sendable {
    /// The endpoint of the target.
    public var endpoint: Endpoint
    /// The client kinds for which the verdict is determined.
    public var clients: Set<ClientKind>
    /// The kernel facts.
    public var kernel: KernelFacts
    /// The facts about the address.
    public var address: AddressFacts
    /// The sockets that have the port on any address, most severe first (`SocketTable.holders(of:)`).
    public var holders: [Holder]
    /// The port choice, for the odds.
    public var choice: PortChoice
    /// The observation of each kind's directed probe.
    public var directed: [ClientKind: Observation]
    /// The observation of the last loop probe.
    public var loop: Observation?
    /// Where the target's server binds.
    public var server: ServerBinding
    /// The result of a test bind; nil if none was made.
    public var access: ServerAccess?
    /// Whether connections to the endpoint reach another socket although none listens on it here: NAT or an eBPF
    /// program redirects them. A probe got a response, and there was no listener after it.
    public var isRedirected = false
    /// Whether a listener was seen on the port before.
    public var hadListener = false
    /// The remote ends of the port's connections at which a socket of this host listens: the port is the client's end
    /// of these connections.
    public var listeningPeers: Set<Endpoint> = []
    /// Whether sockets of a family could not be read: a socket that is not visible may have the port.
    public var lacksSockets = false
    /// Whether self-connections were seen on the port that were reset within milliseconds.
    public var hasBriefSelfConnections = false
    /// The addresses on which the daemon's own guards hold the port: their sockets are not among the holders.
    public var guards: [IPAddress] = []
    /// Whether the last listener that was seen on the port set SO_REUSEADDR; nil: not known.
    public var listenerReusesAddress: Bool?
    /// Why the target could not be surveyed, a sentence fragment: the other properties are meaningless then.
    public var hindrance: String?

    /// Without a `choice`, all client kinds skip the same ports.
    public init(
        endpoint: Endpoint, clients: Set<ClientKind>, kernel: KernelFacts, address: AddressFacts,
        holders: [Holder] = [], skippedPorts: PortSet = PortSet(), directed: [ClientKind: Observation] = [:],
        loop: Observation? = nil, hindrance: String? = nil, choice: PortChoice? = nil,
        server: ServerBinding = .any
    ) {
        self.endpoint = endpoint
        self.clients = clients
        self.kernel = kernel
        self.address = address
        self.holders = holders
        self.choice = choice ?? PortChoice(kernel, passingOver: skippedPorts)
        self.directed = directed
        self.loop = loop
        self.hindrance = hindrance
        self.server = server
    }

    /// Evidence for a target that could not be surveyed; `hindrance` is the reason, a sentence fragment.
    public init(of target: Target, hindrance: String, kernel: KernelFacts = KernelFacts()) {
        self.init(
            endpoint: target.endpoint, clients: target.clients, kernel: kernel,
            address: AddressFacts(isOwn: false, routeSource: nil), hindrance: hindrance,
            server: target.server)
    }

    /// Whether a server cannot bind the port now although no server has it.
    public var isStolen: Bool { serverAccess?.answer == .no && !serverIsUp && !blockers.isEmpty }

    /// The socket that prevents a server from binding, the most severe one; nil unless the port is stolen.
    public var stealingConnection: Holder? { isStolen ? blockers.first : nil }

    /// Whether the port is in the ephemeral range.
    public var isInRange: Bool { kernel.ephemeralRange.contains(endpoint.port) }

    /// Whether the port is in ip_local_reserved_ports.
    public var isReserved: Bool { kernel.reservedPorts.contains(endpoint.port) }

    /// The odds of the target's port for a client kind, if no socket has it.
    public func odds(for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        choice.odds(of: endpoint.port, for: kind, reusesAddress: reusesAddress)
    }
}
