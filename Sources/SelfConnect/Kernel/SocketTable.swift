/// The TCP sockets of a namespace at one moment, found by their local port.
public struct SocketTable: Sendable {
    private var byPort: [UInt16: [SocketRecord]] = [:]

    /// Why sockets of a family are missing, a sentence fragment for each; what is there is true.
    public var gaps: [String] = []

    /// How many sockets.
    public private(set) var count = 0

    /// The table of these sockets.
    public init(_ sockets: some Sequence<SocketRecord> = []) {
        for socket in sockets { insert(socket) }
    }

    /// Adds a socket.
    public mutating func insert(_ socket: SocketRecord) {
        byPort[socket.local.port, default: []].append(socket)
        count += 1
    }

    /// The sockets whose own port is `port`, on any address.
    public func sockets(on port: UInt16) -> [SocketRecord] { byPort[port] ?? [] }

    /// All sockets, in no order.
    public var all: some Sequence<SocketRecord> { byPort.values.lazy.joined() }

    /// Connections whose names are equal, which may be connected to themselves or not.
    public var equalNames: [SocketRecord] { all.filter { $0.local == $0.peer && $0.isSelfConnecting } }

    /// Those of `endpoints` that a socket without another end of its own is connected to: one that really is at the other
    /// end where NAT hides it, or one that is redirected from there.
    public func endpointsWithPartner(among endpoints: Set<Endpoint>) -> Set<Endpoint> {
        guard !endpoints.isEmpty else { return [] }
        let unmapped = Set(endpoints.map(\.unmapped))
        let partners = Set(
            all.lazy.filter { $0.state == .established && $0.local != $0.peer }
                .filter { unmapped.contains($0.peer.unmapped) && !hasOtherEnd($0) }.map(\.peer.unmapped))
        return endpoints.filter { partners.contains($0.unmapped) }
    }

    private func hasOtherEnd(_ socket: SocketRecord) -> Bool {
        sockets(on: socket.peer.port).contains {
            $0.local.unmapped == socket.peer.unmapped && $0.peer.unmapped == socket.local.unmapped
        }
    }

    /// Those other ends of connections on which a socket of this host listens.
    public func listeningPeers(of holders: [Holder]) -> Set<Endpoint> {
        let peers = holders.lazy.filter { !$0.isServer }.map(\.socket.peer)
        return Set(
            peers.filter { peer in
                sockets(on: peer.port).contains { $0.state == .listen && $0.conflicts(with: peer.address) }
            })
    }

    /// Keeps what was found out about a connection with equal names.
    public mutating func settle(_ socket: SocketRecord, _ proof: SelfConnectionProof) {
        guard let index = byPort[socket.local.port]?.firstIndex(of: socket) else { return }
        byPort[socket.local.port]?[index].selfConnection = proof
    }

    /// The sockets that are connected to themselves, or about to be.
    public var selfConnectingSockets: [SocketRecord] { all.filter(\.isSelfConnecting) }

    /// Removes the sockets for which `condition` holds.
    public mutating func remove(where condition: (SocketRecord) -> Bool) {
        for (port, sockets) in byPort where sockets.contains(where: condition) {
            let kept = sockets.filter { !condition($0) }
            count -= sockets.count - kept.count
            byPort[port] = kept
        }
    }

    /// The ports that a plain connect() passes over because a socket was bound to them: by bind() or listen()
    /// (`__inet_hash_connect` looks at the bind bucket, not at addresses).
    public var boundPorts: PortSet {
        PortSet(
            ports: byPort.lazy.filter { $0.value.contains { $0.state == .listen || $0.state == .closed } }
                .map(\.key))
    }

    /// The ports that bind(address, 0) passes over: those that a socket has on an address that collides with it.
    public func ports(inUseOn address: IPAddress) -> PortSet {
        PortSet(
            ports: byPort.lazy.filter { $0.value.contains { $0.conflicts(with: address) } }.map(\.key))
    }

    /// Who has `endpoint`'s port, on whatever address; those that keep a server from binding the endpoint come
    /// first, and among them the gravest. What is left of closed connections comes last.
    public func holders(of endpoint: Endpoint) -> [Holder] {
        let sockets = sockets(on: endpoint.port)
        let listeners = sockets.filter { $0.state == .listen }
        return sockets.compactMap { socket in
            guard let state = Self.holding(socket, besides: listeners) else { return nil }
            return Holder(state: state, socket: socket, conflicts: socket.conflicts(with: endpoint.address))
        }
        .sorted { Self.rank($0) < Self.rank($1) }
    }

    private static func rank(_ holder: Holder) -> (Int, Holder.State) {
        (holder.state == .timeWait ? 2 : holder.conflicts ? 0 : 1, holder.state)
    }

    /// What the socket does to its port; nil where it does nothing of its own: connections that a listener of
    /// the same port accepted, and half-open ones.
    private static func holding(
        _ socket: SocketRecord, besides listeners: [SocketRecord]
    ) -> Holder.State? {
        if socket.isSelfConnected { return .selfConnected }
        switch socket.state {
        case .listen: return .listening
        case .closed: return .bound
        case .timeWait: return .timeWait
        case .synReceived: return socket.local == socket.peer ? .source : nil
        default: break
        }
        let isAccepted = listeners.contains { $0.conflicts(with: socket.local.address) }
        if isAccepted, socket.local != socket.peer { return nil }
        // Closed by its owner and only waiting for the peer: as good as a TIME_WAIT.
        return socket.inode == 0 ? .timeWait : .source
    }
}
