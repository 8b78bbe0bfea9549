// Whether a server could bind a target's port now. A test bind asks the kernel if it leaves no trace; otherwise the
// rules of `inet_csk_bind_conflict` are applied to the visible sockets.

/// Where the server of a target binds.
package enum ServerBinding: String, CaseIterable, Hashable, Sendable {
    /// Any address of the target's family: the unspecified address, as most servers do.
    case any
    /// The target's own address.
    case exact

    /// The address that such a server of a target binds.
    package func address(for target: IPAddress) -> IPAddress {
        guard self == .any else { return target.unmapped }
        return target.unmapped.isIPv6 ? .unspecified6 : .unspecified4
    }
}

/// Whether a server with SO_REUSEADDR could bind a target's port.
package struct ServerAccess: Hashable, Sendable {
    /// Yes, no, or unknown.
    package enum Answer: String, CaseIterable, Hashable, Sendable {
        case yes
        case no
        case unknown
    }

    /// The address that the server would bind.
    package var address: IPAddress
    /// The answer.
    package var answer: Answer
    /// `directed`: result of a test bind; `analysis`: the rules, applied to the sockets.
    package var proof: Proof
    /// Why it is unknown, a sentence fragment.
    package var detail: String?

    /// Memberwise initializer.
    package init(address: IPAddress, answer: Answer, proof: Proof, detail: String? = nil) {
        self.address = address
        self.answer = answer
        self.proof = proof
        self.detail = detail
    }
}

extension Evidence {
    /// The sockets that prevent a server from binding its address, most severe first. A test bind does not show which of several
    /// it is: a socket that is only bound may be a guard, beside which a server can bind, and counts if there is no other.
    package var blockers: [Holder] {
        let all = holders.filter { blocksServer($0) }
        guard all.count > 1 else { return all }
        let certain = all.filter { $0.state != .bound || $0.reusesAddress == false }
        return certain.isEmpty ? all : certain
    }

    /// Whether a listener, or a bound socket that may become one, has the port on some address.
    package var hasServer: Bool { holders.contains { $0.isServer } }

    /// Whether a server has the address that the target's server binds, or is about to listen there.
    package var serverIsUp: Bool {
        holders.contains { isServing($0) && $0.socket.conflicts(with: server.address(for: endpoint.address)) }
    }

    /// Whether the socket is a server's: a listener, or bound for so short a time that it may become one.
    private func isServing(_ holder: Holder) -> Bool { holder.state == .listening || mayListenSoon(holder) }

    /// Whether the socket is bound, and not known long enough to be one that never listens.
    package func mayListenSoon(_ holder: Holder) -> Bool {
        holder.state == .bound && !memory.idle.contains(holder.socket.inode)
    }

    /// Whether the kernel already recorded a bind() in the port's bucket: it refuses the port to a plain connect()
    /// although there is no connection with exactly these endpoints.
    private var isMarkedAsBound: Bool {
        probes.directed[.connect]?.outcome == .notAvailable && !isReserved
            && !holders.contains { $0.socket.local == $0.socket.peer }
    }

    /// Whether a successful bind() beside the sockets that have the port changes nothing for later clients and servers:
    /// if no socket has the port, its bucket is deleted with the test socket, and a bucket that was bound before
    /// remains so.
    package var bindLeavesNoTrace: Bool {
        kernel.restoresPortState || holders.isEmpty || hasServer || !sockets.guards.isEmpty || isMarkedAsBound
            || !kernel.mayChoose(endpoint.port)
    }

    /// Whether a `bind` probe of the target's address leaves no trace. Unless ports are shared, it is refused the port
    /// of every socket with a conflicting address, regardless of its options, since the kernel chooses the port.
    package var bindProbeLeavesNoTrace: Bool {
        bindLeavesNoTrace || !kernel.autobindReuse && holders.contains { $0.conflicts }
    }

    /// Whether a closed self-connection of the endpoint is in TIME_WAIT. After a second a client with the same
    /// endpoints replaces it (net.ipv4.tcp_tw_reuse), and a server is no longer prevented from binding: such a probe
    /// would leave a trace.
    package var hasClosedSelfConnection: Bool {
        let own = Endpoint(endpoint.address.destination, endpoint.port)
        return holders.contains { holder in
            let socket = holder.socket
            return socket.state == .timeWait && socket.local.unmapped == own && socket.peer.unmapped == own
        }
    }

    /// Whether to make a test bind: if no server has the port, and the bind() leaves no trace or none that matters. If
    /// there are only closed connections it is expected to fail; if it succeeds, plain connect() skips the port until
    /// these disappear, after a minute at most, on kernels that do not restore the port's state. A port that clients
    /// never get and that no socket has is not tested.
    package var asksKernelForServer: Bool {
        guard hindrance == nil, address.isOwn, !serverIsUp, isInRange || !holders.isEmpty else { return false }
        return bindLeavesNoTrace || holders.allSatisfy { $0.state == .timeWait }
    }

    /// Whether the kernel prevents a server from binding the port, but shows no socket that has it although it shows
    /// all sockets.
    var isHeldByUnseen: Bool {
        serverAccess?.answer == .no && !serverIsUp && blockers.isEmpty && !mayBeHeldUnseen
            && kernel.mayChoose(endpoint.port)
    }

    /// The result of the test bind, otherwise that of the rules; nil if a server has the port, or it is unknown.
    package var serverAccess: ServerAccess? { probes.testBind ?? serverAccessByRules }

    /// The result of the rules, for a server that sets SO_REUSEADDR; nil if they do not apply.
    package var serverAccessByRules: ServerAccess? {
        guard hindrance == nil, address.isOwn, !serverIsUp, kernel.sockets != .none else { return nil }
        let server = server.address(for: endpoint.address)
        return ServerAccess(address: server, answer: blockers.isEmpty ? .yes : .no, proof: .analysis)
    }

    /// Whether the socket conflicts with the server's, as far as visible.
    private func blocksServer(_ holder: Holder) -> Bool {
        guard holder.socket.conflicts(with: server.address(for: endpoint.address)) else { return false }
        if isServing(holder) { return true }
        if let testBind = probes.testBind, testBind.proof == .directed, testBind.answer != .unknown {
            return testBind.answer == .no
        }
        return holder.reusesAddress != true && !isOrphanedAcceptedSocket(holder)
    }

    /// Whether a connection was accepted by a listener that has gone since. sock_diag does not show this. Such a port
    /// still has a bucket with a bound socket, so that connect() does not get it, its peer is a client with a port from
    /// the range, and no socket listens at the peer's endpoint. A restarted server sets SO_REUSEADDR, which the
    /// connection has inherited: the kernel would permit the bind, and if a test bind is possible, its result decides.
    package func isOrphanedAcceptedSocket(_ holder: Holder) -> Bool {
        guard holder.state == .source || holder.state == .timeWait, holder.socket.local != holder.socket.peer,
            kernel.ephemeralRange.contains(holder.socket.peer.port),
            !sockets.listeningPeers.contains(holder.socket.peer)
        else { return false }
        return kernel.directedProbe && isInRange && !isReserved ? isMarkedAsBound : memory.hadListener
    }
}
