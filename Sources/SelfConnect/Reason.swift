// The sentence under each verdict. It names the facts that decided, with their numbers, so that a reader who never
// heard of a self-connection can check them.

/// Writes the reason of a verdict.
struct Reason {
    private let evidence: Evidence
    private let exposures: [ClientKind: Exposure]
    private let verdict: Verdict

    init(_ evidence: Evidence, _ exposures: [ClientKind: Exposure], _ verdict: Verdict) {
        self.evidence = evidence
        self.exposures = exposures
        self.verdict = verdict
    }

    private var port: UInt16 { evidence.endpoint.port }
    private var range: PortRange { evidence.kernel.ephemeralRange }

    /// One English sentence, with a full stop.
    var sentence: String {
        switch verdict {
        case .selfConnected: selfConnected
        case .stolen: stolen
        case .susceptible: susceptible
        case .latent: latent
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
        return "A socket of \(owner(holder)) is connected to itself on \(evidence.endpoint): its client talks to"
            + " itself and no server can bind the port."
    }

    private var stolen: String {
        let holder = evidence.holders.first { $0.state == .source && $0.conflicts }
        let peer = holder.map { " to \($0.socket.peer)" } ?? ""
        return "Port \(port) is the source port of a connection\(peer) of \(owner(holder)): a server cannot bind it."
    }

    private var susceptible: String {
        let free = "Port \(port) lies in the ephemeral range \(range), is not reserved and \(whoHasIt)"
        return "\(free): a client that reconnects to \(evidence.endpoint) can connect to itself, \(byKind)."
    }

    private var whoHasIt: String {
        guard let holder = evidence.holders.first else { return "nobody holds it" }
        guard holder.state != .timeWait else { return "only a closed connection holds it, for a minute at most" }
        return "\(describe(holder)) leaves \(evidence.endpoint.address) open"
    }

    private var latent: String {
        let lasting = evidence.holders.filter { $0.state != .timeWait }
        let blocking = lasting.first { holder in evidence.clients.contains { ExposureRules.blocks(holder, $0) } }
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
        let source = evidence.address.routeSource.map { "\($0)" } ?? "none"
        let text =
            "Clients of \(list(evidence.clients.sorted())) that connect to \(address) get the source address"
            + " \(source), so they cannot meet themselves"
        let others = ClientKind.allCases.filter { exposures[$0]?.isExposed == true }
        return others.isEmpty ? text + "." : text + "; clients that bind \(address) first can: \(byKind)."
    }

    private var hindrance: String {
        if let hindrance = evidence.hindrance { return hindrance }
        let hindered = evidence.clients.sorted().compactMap { evidence.directed[$0] }.first { $0.isHindered }
        if evidence.isContradicted {
            return "a probe connected to itself where the kernel's settings, read before it, rule that out"
        }
        guard let probe = hindered else { return unexplained }
        switch probe.outcome {
        case .timedOut:
            return "a probe as \(probe.client.rawValue) got no answer within \(probe.elapsed.rounded), as with a packet"
                + " filter that drops"
        case .reachedListener:
            return "somebody began to listen while a probe ran"
        default:
            return "a probe as \(probe.client.rawValue) failed: \(probe.detail ?? probe.error ?? "unknown error")"
        }
    }

    private var unexplained: String {
        if evidence.kernel.sockets == .none { return "the sockets of this host could not be read" }
        if evidence.clients.contains(where: { evidence.directed[$0]?.outcome == .refused }) {
            return "a probe that had to meet itself was refused, as with a packet filter that rejects"
        }
        if let holder = evidence.holders.first(where: evidence.mayLeaveOpen) {
            return "/proc does not tell whether the listener on \(holder.socket.local) takes IPv4 too"
        }
        return "the kernel refused it to the probe, yet nobody is seen to hold it"
    }

    /// `likely for clients of kind connect (once in about 500 attempts), rare for bind`.
    private var byKind: String {
        let likely = ClientKind.allCases.filter { exposures[$0]?.level == .likely }.map { kind in
            guard let attempts = exposures[kind]?.expectedAttempts else { return kind.rawValue }
            return "\(kind.rawValue) (about \(Int(attempts.rounded())) attempts)"
        }
        let rare = ClientKind.allCases.filter { exposures[$0]?.level == .rare }.map(\.rawValue)
        var parts: [String] = []
        if !likely.isEmpty { parts.append("likely for clients of kind \(join(likely))") }
        if !rare.isEmpty {
            parts.append("rare for \(join(rare)), which take it only when the ports of the other parity are used up")
        }
        return parts.joined(separator: "; ")
    }

    private func describe(_ holder: Holder) -> String {
        let local = holder.socket.local
        return switch holder.state {
        case .listening: "a listener of \(owner(holder)) on \(bindAddress(holder.socket))"
        case .bound: "a socket of \(owner(holder)) bound to \(bindAddress(holder.socket))"
        case .source: "a connection of \(owner(holder)) from \(local) to \(holder.socket.peer)"
        case .selfConnected: "a self-connection of \(owner(holder)) on \(local)"
        case .timeWait: "a closed connection on \(local)"
        }
    }

    /// What a bound address stands for: an unspecified one takes its family, and :: both unless it says otherwise.
    private func bindAddress(_ socket: SocketRecord) -> String {
        let address = socket.local.address
        guard address.isUnspecified else { return "\(socket.local)" }
        guard address.unmapped.isIPv6 else { return "all IPv4 addresses (\(socket.local))" }
        return "all \(socket.isIPv6Only ? "IPv6 " : "")addresses (\(socket.local))"
    }

    /// The name that says most to whoever has to find the owner.
    private func owner(_ holder: Holder?) -> String {
        guard let holder else { return "an unknown user" }
        let process = holder.command.map { command in holder.pid.map { "\(command) (pid \($0))" } ?? command }
        let group = holder.controlGroup.flatMap { $0 == "/" ? nil : "control group \($0)" }
        let user = holder.user.map { "user \($0)" } ?? "uid \(holder.socket.uid)"
        return holder.unit ?? process ?? group ?? user
    }

    private func list(_ kinds: [ClientKind]) -> String { "kind " + join(kinds.map(\.rawValue)) }

    private func join(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
