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
    /// Who has the port, on any address, gravest first (`SocketTable.holders(of:)`).
    public var holders: [Holder]
    /// What decides about the choice of ports, for the odds.
    public var choice: PortChoice
    /// What the directed probe of each kind saw.
    public var directed: [ClientKind: Observation]
    /// What the last loop probe saw.
    public var loop: Observation?
    /// What kept the target from being looked at, in a sentence fragment: then the rest says nothing.
    public var hindrance: String?

    /// Evidence as given; without a `choice` every kind of client passes over the same ports.
    public init(
        endpoint: Endpoint, clients: Set<ClientKind>, kernel: KernelFacts, address: AddressFacts,
        holders: [Holder] = [], passedOver: PortSet = PortSet(), directed: [ClientKind: Observation] = [:],
        loop: Observation? = nil, hindrance: String? = nil, choice: PortChoice? = nil
    ) {
        self.endpoint = endpoint
        self.clients = clients
        self.kernel = kernel
        self.address = address
        self.holders = holders
        self.choice = choice ?? PortChoice(kernel, passingOver: passedOver)
        self.directed = directed
        self.loop = loop
        self.hindrance = hindrance
    }

    /// Of a target that could not be looked at: `hindrance` says why, in a sentence fragment.
    public init(of target: Target, hindrance: String) {
        self.init(
            endpoint: target.endpoint, clients: target.clients, kernel: KernelFacts(),
            address: AddressFacts(isOwn: false, routeSource: nil), hindrance: hindrance)
    }

    /// The connection whose source port a server would need, if there is one.
    public var thief: Holder? {
        holders.first { $0.state == .source && $0.conflicts && !isLeftover($0) }
    }

    /// Whether a connection was accepted by a listener that has gone since. sock_diag shows no difference, but such a
    /// port has a bound socket's bucket, so that connect() is not given it, and the peer is a client, with a port
    /// from the range. The server itself comes back with SO_REUSEADDR: the port is held, not stolen.
    func isLeftover(_ holder: Holder) -> Bool {
        holder.state == .source && directed[.connect]?.outcome == .notAvailable && !isReserved
            && kernel.ephemeralRange.contains(holder.socket.peer.port)
    }

    /// In the ephemeral range.
    public var isInRange: Bool { kernel.ephemeralRange.contains(endpoint.port) }

    /// In ip_local_reserved_ports.
    public var isReserved: Bool { kernel.reservedPorts.contains(endpoint.port) }

    /// The odds of the target's port for a kind of client, once nobody holds it.
    public func odds(for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        choice.odds(of: endpoint.port, for: kind, reusesAddress: reusesAddress)
    }
}
