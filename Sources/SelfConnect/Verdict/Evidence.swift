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
    /// What the probes have shown.
    package var probes: ProbeResults
    /// What is remembered of earlier listeners.
    package var memory: ListenerMemory
    /// Where the target's server binds.
    package var server: ServerBinding
    /// Why the target could not be surveyed, a sentence fragment; nil if it was.
    package var surveyFault: String?

    /// Without a `choice`, all client kinds skip the same ports.
    package init(
        endpoint: Endpoint, clients: Set<ClientKind>, kernel: KernelFacts, address: AddressFacts,
        sockets: PortSockets = PortSockets(), skippedPorts: PortSet = PortSet(), choice: PortChoice? = nil,
        probes: ProbeResults = ProbeResults(), memory: ListenerMemory = ListenerMemory(), server: ServerBinding = .any,
        surveyFault: String? = nil
    ) {
        self.endpoint = endpoint
        self.clients = clients
        self.kernel = kernel
        self.address = address
        self.sockets = sockets
        self.choice = choice ?? PortChoice(kernel, passingOver: skippedPorts)
        self.probes = probes
        self.memory = memory
        self.server = server
        self.surveyFault = surveyFault
    }

    /// Evidence for a target that could not be surveyed; `surveyFault` is the reason, a sentence fragment.
    package init(of target: Target, surveyFault: String, kernel: KernelFacts = KernelFacts()) {
        self.init(
            endpoint: target.endpoint, clients: target.clients, kernel: kernel,
            address: AddressFacts(isOwn: false, routeSource: nil), server: target.server, surveyFault: surveyFault)
    }

    /// Why there is no verdict whatever the probes have shown, a sentence fragment: the survey failed, or it is not known
    /// whether the address is the host's own.
    package var hindrance: String? { surveyFault ?? address.doubt }

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
