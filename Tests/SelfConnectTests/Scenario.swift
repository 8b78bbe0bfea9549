import SelfConnect

/// A compact way to create evidence: a port of 40000-41000 with 40500-40509 reserved, on a host with all features of
/// Linux 6.18.
struct Scenario {
    var endpoint = Endpoint(.loopback4, 40002)
    var clients: Set<ClientKind> = [.connect]
    var kernel = KernelFacts(
        release: "6.18", ephemeralRange: PortRange(40000, 41000), reservedPorts: PortSet([PortRange(40500, 40509)]))
    var isOwn = true
    /// The route's source; by default the endpoint's own address.
    var routeSource: IPAddress?
    var holders: [Holder] = []
    /// The outcomes of the probes, in the order of ClientKind; nil: not run.
    var directed: [Observation.Outcome?] = []
    var loop: Observation?
    var server = ServerBinding.any
    /// The result of a test bind; nil: the rules decide.
    var kernelsAnswer: ServerAccess.Answer?
    var isRedirected = false
    /// The addresses of the daemon's own guards.
    var guards: [IPAddress] = []

    init(_ endpoint: String = "127.0.0.1:40002", _ change: (inout Scenario) -> Void = { _ in }) {
        self.endpoint = (try? Endpoint(endpoint)) ?? self.endpoint
        change(&self)
    }

    var evidence: Evidence {
        let observations = zip(ClientKind.allCases, directed).compactMap { kind, outcome in
            outcome.map { (kind, Observation(client: kind, outcome: $0, at: Timestamp(nanoseconds: 0), attempts: 1)) }
        }
        var evidence = Evidence(
            endpoint: endpoint, clients: clients, kernel: kernel,
            address: AddressFacts(isOwn: isOwn, routeSource: routeSource ?? endpoint.address.destination),
            sockets: PortSockets(holders: holders, guards: guards), skippedPorts: kernel.reservedPorts,
            probes: ProbeResults(directed: Dictionary(uniqueKeysWithValues: observations), loop: loop), server: server)
        evidence.probes.isRedirected = isRedirected
        if let kernelsAnswer, evidence.asksKernelForServer {
            let address = server.address(for: endpoint.address)
            evidence.probes.testBind = ServerAccess(address: address, answer: kernelsAnswer, proof: .directed)
        }
        return evidence
    }

    var assessment: Assessment { Assessment(evidence) }

    /// All four kinds have this outcome.
    mutating func allSaw(_ outcome: Observation.Outcome) {
        directed = ClientKind.allCases.map { _ in outcome }
    }

    /// A socket on the endpoint's port, as the socket table would classify it.
    mutating func isHeld(
        _ state: Holder.State, on address: String, peer: String = "192.0.2.1:443", unit: String? = "hdfs.service"
    ) {
        guard let local = try? IPAddress(address), let peer = try? Endpoint(peer) else { return }
        let tcp: TCPState =
            switch state {
            case .listening: .listen
            case .bound: .closed
            case .timeWait: .timeWait
            case .source, .selfConnected: .established
            }
        let mine = Endpoint(local, endpoint.port)
        var socket = SocketRecord(
            state: tcp, local: mine, peer: state == .selfConnected ? mine : peer, uid: 112, inode: 7)
        if state == .selfConnected { socket.selfConnection = .proved }
        holders.append(
            Holder(state: state, socket: socket, conflicts: socket.conflicts(with: endpoint.address), unit: unit))
    }
}
