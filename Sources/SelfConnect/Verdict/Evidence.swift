/// Everything known about a target at one moment; the assessment is a pure function of it.
package struct Evidence: Hashable, Sendable {
    /// The endpoint of the target.
    package var endpoint: Endpoint
    /// The client kinds for which the verdict is determined.
    package var clients: Set<ClientKind>
    /// The kernel facts.
    package var kernel: KernelFacts
    /// The facts about the address.
    package var address: AddressFacts
    /// The sockets that have the port.
    package var sockets: PortSockets
    /// The port choice, for the odds.
    package var choice: PortChoice
    /// The observation of each kind's directed probe.
    package var directed: [ClientKind: Observation]
    /// The observation of the last loop probe.
    package var loop: Observation?
    /// Where the target's server binds.
    package var server: ServerBinding
    /// The result of a test bind; nil if none was made.
    package var access: ServerAccess?
    /// Whether connections to the endpoint reach another socket although none listens on it here: NAT or an eBPF
    /// program redirects them. A probe got a response, and there was no listener after it.
    package var isRedirected = false
    /// Whether a listener was seen on the port before.
    package var hadListener = false
    /// Whether the last listener that was seen on the port set SO_REUSEADDR; nil: not known.
    package var listenerReusesAddress: Bool?
    /// Why the target could not be surveyed, a sentence fragment: the other properties are meaningless then.
    package var hindrance: String?

    /// Without a `choice`, all client kinds skip the same ports.
    package init(
        endpoint: Endpoint, clients: Set<ClientKind>, kernel: KernelFacts, address: AddressFacts,
        sockets: PortSockets = PortSockets(), skippedPorts: PortSet = PortSet(),
        directed: [ClientKind: Observation] = [:],
        loop: Observation? = nil, hindrance: String? = nil, choice: PortChoice? = nil,
        server: ServerBinding = .any
    ) {
        self.endpoint = endpoint
        self.clients = clients
        self.kernel = kernel
        self.address = address
        self.sockets = sockets
        self.choice = choice ?? PortChoice(kernel, passingOver: skippedPorts)
        self.directed = directed
        self.loop = loop
        self.hindrance = hindrance
        self.server = server
    }

    /// Evidence for a target that could not be surveyed; `hindrance` is the reason, a sentence fragment.
    package init(of target: Target, hindrance: String, kernel: KernelFacts = KernelFacts()) {
        self.init(
            endpoint: target.endpoint, clients: target.clients, kernel: kernel,
            address: AddressFacts(isOwn: false, routeSource: nil), hindrance: hindrance,
            server: target.server)
    }

    /// The sockets that have the port on any address, most severe first.
    package var holders: [Holder] { sockets.holders }

    /// Whether a server cannot bind the port now although no server has it.
    package var isStolen: Bool { serverAccess?.answer == .no && !serverIsUp && !blockers.isEmpty }

    /// The socket that prevents a server from binding, the most severe one; nil unless the port is stolen.
    package var stealingConnection: Holder? { isStolen ? blockers.first : nil }

    /// Whether the port is in the ephemeral range.
    package var isInRange: Bool { kernel.ephemeralRange.contains(endpoint.port) }

    /// Whether the port is in ip_local_reserved_ports.
    package var isReserved: Bool { kernel.reservedPorts.contains(endpoint.port) }

    /// The odds of the target's port for a client kind, if no socket has it.
    package func odds(for kind: ClientKind, reusesAddress: Bool = false) -> LoopOdds {
        choice.odds(of: endpoint.port, for: kind, reusesAddress: reusesAddress)
    }
}
