/// All that is known about a target at one moment: what its assessment is a pure function of.
public struct Evidence: Hashable, Sendable {
    /// The target.
    public var endpoint: Endpoint
    /// The client kinds that the verdict is about.
    public var clients: Set<ClientKind>
    /// The kernel's facts.
    public var kernel: KernelFacts
    /// The host's facts about the address.
    public var address: AddressFacts
    /// The sockets that have the port, on any address, the most severe first (`SocketTable.holders(of:)`).
    public var holders: [Holder]
    /// What decides about the choice of ports, for the odds.
    public var choice: PortChoice
    /// What the directed probe of each kind saw.
    public var directed: [ClientKind: Observation]
    /// What the last loop probe saw.
    public var loop: Observation?
    /// Where the target's server binds.
    public var server: ServerBinding
    /// What the kernel answered to a server's bind(); nil where it was not asked.
    public var access: ServerAccess?
    /// Whether connections to the endpoint reach another socket although no socket listens on it here: NAT or an eBPF
    /// program redirects them. A probe was answered, and no listener was there after it.
    public var isRedirected = false
    /// Whether a listener was seen on the port before.
    public var hadListener = false
    /// The other ends of the port's connections on which a socket of this host listens: there the port's own end is
    /// the client's.
    public var listeningPeers: Set<Endpoint> = []
    /// Whether sockets of a family could not be read: then another may have the port, unseen.
    public var lacksSockets = false
    /// Whether connections to itself were seen on the port that were reset within milliseconds.
    public var hasBriefSelfConnections = false
    /// The addresses on which the daemon's own guards hold the port: their sockets are not among the holders.
    public var guards: [IPAddress] = []
    /// Whether the last listener that was seen on the port set SO_REUSEADDR; nil: not known.
    public var listenerReusesAddress: Bool?
    /// What kept the target from being looked at, in a sentence fragment: then the rest says nothing.
    public var hindrance: String?

    /// Evidence as given; without a `choice` every kind of client passes over the same ports.
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

    /// Of a target that could not be looked at: `hindrance` says why, in a sentence fragment.
    public init(of target: Target, hindrance: String, kernel: KernelFacts = KernelFacts()) {
        self.init(
            endpoint: target.endpoint, clients: target.clients, kernel: kernel,
            address: AddressFacts(isOwn: false, routeSource: nil), hindrance: hindrance,
            server: target.server)
    }

    /// Whether a server is kept from the port now although no server has it.
    public var isStolen: Bool { serverAccess?.answer == .no && !serverIsUp && !blockers.isEmpty }

    /// The socket that keeps a server from the port, the most severe of them; nil unless the port is stolen.
    public var stealingConnection: Holder? { isStolen ? blockers.first : nil }

    /// In the ephemeral range.
    public var isInRange: Bool { kernel.ephemeralRange.contains(endpoint.port) }

    /// In ip_local_reserved_ports.
    public var isReserved: Bool { kernel.reservedPorts.contains(endpoint.port) }

    /// The odds of the target's port for a kind of client, once no process holds it.
    public func odds(for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        choice.odds(of: endpoint.port, for: kind, reusesAddress: reusesAddress)
    }
}
