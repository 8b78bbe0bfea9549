// Determines which client kinds can connect to themselves on a target: from their own directed probe if there was one,
// otherwise from the rules of the kernel. docs/kernel-facts.md contains these rules as a table.

/// The exposure of every client kind, from the evidence.
struct ExposureRules {
    private let evidence: Evidence

    init(_ evidence: Evidence) {
        self.evidence = evidence
    }

    var exposures: [ClientKind: Exposure] {
        Dictionary(uniqueKeysWithValues: evidence.kernel.clientKinds.map { ($0, exposure(of: $0)) })
    }

    private func exposure(of kind: ClientKind) -> Exposure {
        guard evidence.hindrance == nil else { return Exposure(level: .unknown, proof: .analysis) }
        if evidence.probes.isRedirected {
            return Exposure(level: .none, proof: evidence.probes.directed[kind] == nil ? .analysis : .directed)
        }
        guard let probe = evidence.probes.directed[kind], probe.outcome != .skipped else { return withoutProbe(kind) }
        switch probe.outcome {
        // The probe got a port that other sockets have, because it requested only this one.
        case .selfConnected where evidence.mayLoopSomehow && evidence.sharesPort(kind): return withoutProbe(kind)
        // If the facts rule it out, they have changed meanwhile and are no longer valid.
        case .selfConnected where evidence.mayLoopSomehow: return exposed(kind, proof: .directed)
        case .refused: return refusedTheConnection(kind)
        case .notAvailable: return refusedThePort(kind)
        default: return Exposure(level: .unknown, proof: .directed)
        }
    }

    /// Correct if the source is another address. If it is the target's own, the connection would have self-connected:
    /// the response came from a packet filter that rejects.
    private func refusedTheConnection(_ kind: ClientKind) -> Exposure {
        let loops = evidence.address.loops(kind, to: evidence.endpoint.address)
        return Exposure(level: loops ? .unknown : .none, proof: .directed)
    }

    /// The kernel did not give the port. That is only reliable if the reason is visible: the holder may disappear at
    /// any time, or be too short-lived to count as protection.
    private func refusedThePort(_ kind: ClientKind) -> Exposure {
        guard evidence.mayLoopSomehow, !evidence.isGuarded(from: kind) else {
            return Exposure(level: .none, proof: .directed)
        }
        let lasting = evidence.holders.filter { $0.state != .timeWait }
        if !lasting.isEmpty { return Exposure(level: .none, proof: .directed) }
        if !evidence.holders.isEmpty { return withoutProbe(kind) }
        // The unknown holder may disappear at any time, or may itself be the problem.
        guard evidence.kernel.sockets != .none else { return Exposure(level: .unknown, proof: .directed) }
        return Exposure(level: evidence.mayBeHeldUnseen ? .none : .unknown, proof: .directed)
    }

    private func withoutProbe(_ kind: ClientKind) -> Exposure {
        guard evidence.isInRange, evidence.address.isOwn else { return Exposure(level: .none, proof: .analysis) }
        let isRuledOut = evidence.isReserved || !evidence.address.loops(kind, to: evidence.endpoint.address)
        guard !isRuledOut, !evidence.isGuarded(from: kind) else { return Exposure(level: .none, proof: .analysis) }
        guard evidence.kernel.sockets != .none else { return Exposure(level: .unknown, proof: .analysis) }
        let blocking = evidence.holders.filter { evidence.isBlocked(by: $0, for: kind) }
        guard blocking.isEmpty else {
            let isInDoubt = kind.portChoice == .bind && blocking.allSatisfy(evidence.mayLeaveOpen)
            return Exposure(level: isInDoubt ? .unknown : .none, proof: .analysis)
        }
        // The kernel refuses it to a server, and hides sockets that are only bound: such a socket has the port.
        if evidence.holders.isEmpty, evidence.probes.testBind?.answer == .no, evidence.mayBeHeldUnseen {
            return Exposure(level: kind.portChoice == .bind ? .unknown : .none, proof: .analysis)
        }
        let closed = evidence.probes.loop?.client == kind && evidence.probes.loop?.outcome == .selfConnected
        return exposed(kind, proof: closed ? .loop : .analysis)
    }

    private func exposed(_ kind: ClientKind, proof: Proof) -> Exposure {
        let odds = evidence.odds(for: kind)
        let reusing = kind.portChoice == .bind ? evidence.odds(for: kind, reusesAddress: true) : nil
        return Exposure(
            level: odds.level, odds: odds.level == .likely ? odds : nil,
            oddsReusingAddress: reusing?.level == .likely ? reusing : nil, proof: proof)
    }
}

extension Evidence {
    /// Whether the facts allow a self-connection: the kernel may choose the port, and the address is local.
    var mayLoopSomehow: Bool { kernel.mayChoose(endpoint.port) && address.isOwn }

    /// Whether a holder keeps the port from clients of this kind. One chosen at connect() must have no bound socket on any
    /// address, and no connection with the names that the client would have; one chosen at bind() must have no conflict
    /// on this address.
    func isBlocked(by holder: Holder, for kind: ClientKind) -> Bool {
        switch holder.state {
        case .listening, .bound: kind.portChoice != .bind || holder.conflicts
        case .source: kind.portChoice == .bind && holder.conflicts
        case .selfConnected:
            kind.portChoice == .bind
                ? holder.conflicts : holder.socket.conflicts(with: endpoint.address.destination)
        case .timeWait: false
        }
    }

    /// Whether a probe of this kind shares the port with a socket that prevents other clients from getting it: once all
    /// requested ports are used up, net.ipv4.ip_autobind_reuse lets sockets with SO_REUSEADDR share ports, and a probe
    /// requests only one port.
    func sharesPort(_ kind: ClientKind) -> Bool {
        kind.portChoice == .bind && kernel.autobindReuse
            && (isGuarded(from: kind) || holders.contains { isBlocked(by: $0, for: kind) })
    }

    /// The configured kinds that exist on this kernel.
    var possibleClients: Set<ClientKind> { clients.intersection(kernel.clientKinds) }

    /// Whether the probe of a configured kind self-connected although the facts rule it out: they have changed.
    var isContradicted: Bool {
        !mayLoopSomehow && clients.contains { probes.directed[$0]?.outcome == .selfConnected }
    }

    /// Whether this kernel may hide the holder: before Linux 6.8 sock_diag did not show sockets that are only bound,
    /// and /proc/net/tcp never does.
    package var mayBeHeldUnseen: Bool {
        !kernel.showsBoundSockets || kernel.sockets != .sockDiag || sockets.isIncomplete
    }

    /// Whether a holder may be IPv6-only although it is not shown: /proc/net/tcp6 never shows it, and sock_diag only of sockets
    /// that listen or are bound (`inet_diag_msg_attrs_fill`). A connection on an IPv6 address is, if its client bound that
    /// address, and then leaves 0.0.0.0 to others.
    func mayLeaveOpen(_ holder: Holder) -> Bool {
        let local = holder.socket.local.address
        guard local.unmapped.isIPv6, !endpoint.address.unmapped.isIPv6 else { return false }
        if local.isUnspecified { return kernel.sockets == .procNet }
        return endpoint.address.isUnspecified && holder.socket.state != .listen && holder.socket.state != .closed
    }
}
