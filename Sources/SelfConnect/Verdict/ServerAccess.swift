// Whether a server could have a target's port now. The kernel is asked by a bind() where that leaves no trace; elsewhere the
// rules of `inet_csk_bind_conflict` decide from what is seen of the sockets.

/// Where the server of a target binds.
public enum ServerBinding: String, CaseIterable, Hashable, Sendable {
    /// Any address of the target's family: the unspecified one, as most servers do.
    case any
    /// The target's own address.
    case exact

    /// The address that such a server of a target binds.
    public func address(for target: IPAddress) -> IPAddress {
        guard self == .any else { return target.unmapped }
        return target.unmapped.isIPv6 ? .unspecified6 : .unspecified4
    }
}

/// Whether a server with SO_REUSEADDR could bind a target's port.
public struct ServerAccess: Hashable, Sendable {
    /// Yes, no, or not known.
    public enum Answer: String, CaseIterable, Hashable, Sendable {
        case yes
        case no
        case unknown
    }

    /// The address that the server would bind.
    public var address: IPAddress
    /// The answer.
    public var answer: Answer
    /// `directed`: the kernel's answer to a bind(); `analysis`: the rules, applied to the sockets.
    public var proof: Proof
    /// Why it is not known, in a sentence fragment.
    public var detail: String?

    /// An answer as given.
    public init(address: IPAddress, answer: Answer, proof: Proof, detail: String? = nil) {
        self.address = address
        self.answer = answer
        self.proof = proof
        self.detail = detail
    }
}

extension Evidence {
    /// The sockets that keep a server from its address, the most severe first.
    public var blockers: [Holder] {
        holders.filter { blocksServer($0) }
    }

    /// Whether a listener has the port on some address, or a bound socket that may become one.
    public var hasServer: Bool { holders.contains { $0.isServer } }

    /// Whether one of them has the address that the target's server binds.
    public var serverIsUp: Bool {
        holders.contains { $0.isServer && $0.socket.conflicts(with: server.address(for: endpoint.address)) }
    }

    /// Whether the kernel has noted a bind() in the port's bucket already: plain connect() is refused the port although no
    /// connection with these very names exists.
    private var isMarkedAsBound: Bool {
        directed[.connect]?.outcome == .notAvailable && !isReserved
            && !holders.contains { $0.socket.local == $0.socket.peer }
    }

    /// Whether a bind() beside the sockets that have the port changes nothing, if it succeeds, for any client or server
    /// after it: where nobody has the port its bucket goes with the socket, and a bucket that was bound before stays so.
    public var bindLeavesNoTrace: Bool {
        kernel.restoresPortState || holders.isEmpty || hasServer || !guards.isEmpty || isMarkedAsBound
            || !kernel.mayChoose(endpoint.port)
    }

    /// Whether a `bind` probe of the target's address leaves no trace. Unless ports are shared it is refused that of every
    /// socket whose address collides, whatever options that has, since the kernel chooses the port.
    public var bindProbeLeavesNoTrace: Bool {
        bindLeavesNoTrace || !kernel.autobindReuse && holders.contains { $0.conflicts }
    }

    /// Whether a closed self-connection of the endpoint is in TIME_WAIT. After a second a client with the same names takes
    /// its place (net.ipv4.tcp_tw_reuse), and with it goes what keeps a server from binding: such a probe would leave a
    /// trace.
    public var hasClosedSelfConnection: Bool {
        let own = Endpoint(endpoint.address.destination, endpoint.port)
        return holders.contains { holder in
            let socket = holder.socket
            return socket.state == .timeWait && socket.local.unmapped == own && socket.peer.unmapped == own
        }
    }

    /// Whether the kernel is to be asked by a bind(): where no server has the port, and the bind() leaves no trace or none
    /// that matters. Beside closed connections alone it is expected to fail; if it does not, plain connect() passes the
    /// port over until they are forgotten, a minute at most, on kernels that do not restore the port's state. A port that
    /// clients are never given and that no socket has is left alone.
    public var asksKernelForServer: Bool {
        guard hindrance == nil, address.isOwn, !serverIsUp, isInRange || !holders.isEmpty else { return false }
        return bindLeavesNoTrace || holders.allSatisfy { $0.state == .timeWait }
    }

    /// Whether the kernel keeps a server from the port, but shows no socket that has it although it shows all.
    var isHeldByUnseen: Bool {
        serverAccess?.answer == .no && !serverIsUp && blockers.isEmpty && !mayBeHeldUnseen
            && kernel.mayChoose(endpoint.port)
    }

    /// The kernel's answer, or else that of the rules; nil where a server has the port, or nothing is known.
    public var serverAccess: ServerAccess? { access ?? serverAccessByRules }

    /// The answer of the rules, for a server that sets SO_REUSEADDR; nil: they have none.
    public var serverAccessByRules: ServerAccess? {
        guard hindrance == nil, address.isOwn, !serverIsUp, kernel.sockets != .none else { return nil }
        let server = server.address(for: endpoint.address)
        return ServerAccess(address: server, answer: blockers.isEmpty ? .yes : .no, proof: .analysis)
    }

    /// Whether the socket collides with the server's, as far as it can be seen.
    private func blocksServer(_ holder: Holder) -> Bool {
        guard holder.socket.conflicts(with: server.address(for: endpoint.address)) else { return false }
        if holder.isServer { return true }
        if let access, access.proof == .directed, access.answer != .unknown { return access.answer == .no }
        return holder.reusesAddress != true && !isOrphanedAcceptedSocket(holder)
    }

    /// Whether a connection was accepted by a listener that has gone since. sock_diag shows no difference. Such a port has a
    /// bound socket's bucket, so that connect() is not given it, its peer is a client with a port from the range, and
    /// nobody listens there. The server comes back with SO_REUSEADDR, which the connection has inherited: the kernel
    /// would let it, and where it can be asked, its answer decides.
    public func isOrphanedAcceptedSocket(_ holder: Holder) -> Bool {
        guard holder.state == .source || holder.state == .timeWait, holder.socket.local != holder.socket.peer,
            kernel.ephemeralRange.contains(holder.socket.peer.port), !listeningPeers.contains(holder.socket.peer)
        else { return false }
        return kernel.directedProbe && isInRange && !isReserved ? isMarkedAsBound : hadListener
    }
}
