// The sentence below each verdict. It states the decisive facts with their numbers, so that readers can check them
// without knowing self-connections.

/// Writes the reason of a verdict.
struct Reason {
    let evidence: Evidence
    private let exposures: [ClientKind: Exposure]
    private let verdict: Verdict

    init(_ evidence: Evidence, _ exposures: [ClientKind: Exposure], _ verdict: Verdict) {
        self.evidence = evidence
        self.exposures = exposures
        self.verdict = verdict
    }

    var port: UInt16 { evidence.endpoint.port }
    private var range: PortRange { evidence.kernel.ephemeralRange }

    /// One English sentence, with a full stop.
    var sentence: String {
        switch verdict {
        case .selfConnected: selfConnected
        case .stolen: stolen
        case .susceptible: susceptible
        case .latent: latent
        case .guarded: guarded
        case .redirected: redirected
        case .inconclusive: "No verdict on port \(port): \(hindrance)."
        case .reserved:
            "Port \(port) lies in the ephemeral range \(range), but net.ipv4.ip_local_reserved_ports keeps the kernel"
                + " from giving it to clients."
        case .outsideRange:
            "Port \(port) lies outside the ephemeral range \(range): the kernel gives it to no client."
        case .notSelf: notSelf
        }
    }

    private var selfConnected: String {
        let holder = evidence.holders.first { $0.state == .selfConnected }
        let isBlocked = evidence.serverAccess?.answer != .yes
        return "A socket of \(owner(holder)) is connected to itself on \(evidence.endpoint): its client talks to itself"
            + (isBlocked
                ? " and no server can bind the port."
                : ". A server that sets SO_REUSEADDR can bind the port, because this client has set it too.")
    }

    private var guarded: String {
        let text =
            "Port \(port) lies in the ephemeral range \(range) and is not reserved; a guard of this daemon is bound to it on"
            + " \(join(evidence.sockets.guards.map { "\($0)" })) and keeps the kernel from giving it to clients of"
            + " \(list(evidence.possibleClients.sorted()))"
        let others = ClientKind.allCases.filter { exposures[$0]?.isExposed == true }
        return others.isEmpty ? text + "." : text + "; clients of other kinds can connect to themselves: \(byKind)."
    }

    private var redirected: String {
        "Connections to \(evidence.endpoint) are answered by another socket although no socket listens on it here (NAT, or"
            + " an eBPF program), and clients whose connections are redirected cannot connect to themselves\(redirectedAt)."
    }

    /// Such a port is rarely probed: the verdict is as old as that.
    private var redirectedAt: String {
        evidence.probes.directed.values.map(\.at).max().map { "; a probe found that at \($0.timeOfDay) UTC" } ?? ""
    }

    private var susceptible: String {
        let free = "Port \(port) lies in the ephemeral range \(range), \(availability)"
        return "\(free): a client that reconnects to \(evidence.endpoint) can connect to itself, \(byKind)."
    }

    private var availability: String {
        guard let holder = evidence.holders.first else {
            // On kernels that hide sockets that are only bound, the port may have an invisible holder.
            return evidence.mayBeHeldUnseen && evidence.probes.directed[.connect]?.outcome != .selfConnected
                ? "is not reserved, and no socket is seen to hold it (this kernel does not show sockets that are only bound)"
                : "is neither reserved nor in use"
        }
        guard holder.state != .timeWait else {
            return "is not reserved, and only a closed connection (\(holder.socket.state.name)) has it"
        }
        return "is not reserved, and \(describe(holder)) leaves \(evidence.endpoint.address) open"
    }

    private var latent: String {
        let lasting = evidence.holders.filter { $0.state != .timeWait }
        let kinds = evidence.possibleClients
        let blocking = lasting.first { holder in kinds.contains { evidence.isBlocked(by: holder, for: $0) } }
        let now = (blocking ?? lasting.first).map(describe) ?? "a socket that this kernel does not show"
        return "Port \(port) lies in the ephemeral range \(range) and is not reserved; \(now) keeps clients from"
            + " being given it, and when that goes they can connect to themselves on \(evidence.endpoint)."
    }

    private var notSelf: String {
        let address = evidence.endpoint.address
        guard evidence.address.isOwn else {
            return "\(address) is not an address of this host, so no client here can have it as its own; nothing was"
                + " sent."
        }
        guard !evidence.possibleClients.isEmpty else {
            return "This kernel has no IP_LOCAL_PORT_RANGE, so that there are no clients of"
                + " \(list(evidence.clients.sorted()))."
        }
        let source = evidence.address.routeSource.map { "\($0)" } ?? "none"
        let text =
            "Clients of \(list(evidence.possibleClients.sorted())) that connect to \(address) get the source address"
            + " \(source), so they cannot meet themselves"
        let others = ClientKind.allCases.filter { exposures[$0]?.isExposed == true }
        return others.isEmpty ? text + "." : text + "; clients that bind \(address) first can: \(byKind)."
    }

    /// `likely for clients of kind connect (about 500 attempts); rare for bind, …`.
    private var byKind: String {
        let likely = ClientKind.allCases.filter { exposures[$0]?.level == .likely }.map { kind in
            guard let attempts = exposures[kind]?.expectedAttempts else { return kind.rawValue }
            return "\(kind.rawValue) (about \(Int(attempts.rounded())) attempts)"
        }
        let rare = ClientKind.allCases.filter { exposures[$0]?.level == .rare }.map(\.rawValue)
        var parts: [String] = []
        if !likely.isEmpty { parts.append("likely for clients of kind \(join(likely))") }
        if !rare.isEmpty {
            parts.append("rare for \(join(rare)), which use it only after all ports of the other parity are exhausted")
        }
        return parts.joined(separator: "; ")
    }

    func describe(_ holder: Holder) -> String {
        let local = holder.socket.local
        return switch holder.state {
        case .listening: "a listener of \(owner(holder)) on \(holder.socket.boundAddressText)"
        case .bound:
            "a socket of \(owner(holder)) that is bound to \(holder.socket.boundAddressText) and does not listen"
        case .source where evidence.isOrphanedAcceptedSocket(holder):
            "a connection of \(owner(holder)) on \(local), left by a listener that has gone,"
        case .source: "a connection of \(owner(holder)) from \(local) to \(holder.socket.peer)"
        case .selfConnected: "a self-connection of \(owner(holder)) on \(local)"
        case .timeWait: "a closed connection on \(local)"
        }
    }

    func owner(_ holder: Holder?) -> String { holder?.ownerText ?? "an unknown user" }

    private func list(_ kinds: [ClientKind]) -> String { "kind " + join(kinds.map(\.rawValue)) }

    private func join(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
