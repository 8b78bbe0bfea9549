/// The TCP sockets of a namespace at one moment, indexed by local port.
package struct SocketTable: Sendable {
    private var byPort: [UInt16: [SocketRecord]] = [:]

    /// Why sockets of a family are missing, one sentence fragment each; the other sockets are correct.
    package var gaps: [String] = []

    /// The number of sockets.
    package private(set) var count = 0

    /// The table of these sockets.
    package init(_ sockets: some Sequence<SocketRecord> = []) {
        for socket in sockets { insert(socket) }
    }

    /// Adds a socket.
    package mutating func insert(_ socket: SocketRecord) {
        byPort[socket.local.port, default: []].append(socket)
        count += 1
    }

    /// The sockets with this local port, on any address.
    package func sockets(on port: UInt16) -> [SocketRecord] { byPort[port] ?? [] }

    /// All sockets, in no particular order.
    package var all: some Sequence<SocketRecord> { byPort.values.lazy.joined() }

    /// Connections with equal endpoints, which may or may not be self-connections.
    package var equalNames: [SocketRecord] { all.filter { $0.local == $0.peer && $0.isSelfConnecting } }

    /// The endpoints to which another socket is connected whose other end is not visible: it may be the real other end,
    /// hidden by NAT, or redirected from there.
    package func endpointsWithPartner(among endpoints: Set<Endpoint>) -> Set<Endpoint> {
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

    /// The remote ends of connections at which a socket of this host listens.
    package func listeningPeers(of holders: [Holder]) -> Set<Endpoint> {
        let peers = holders.lazy.filter { !$0.isServer }.map(\.socket.peer)
        return Set(
            peers.filter { peer in
                sockets(on: peer.port).contains { $0.state == .listen && $0.conflicts(with: peer.address) }
            })
    }

    /// Stores the result for a connection with equal endpoints.
    package mutating func settle(_ socket: SocketRecord, _ proof: SelfConnectionProof) {
        guard let index = byPort[socket.local.port]?.firstIndex(of: socket) else { return }
        byPort[socket.local.port]?[index].selfConnection = proof
    }

    /// The sockets that are self-connections, or are becoming one.
    package var selfConnectingSockets: [SocketRecord] { all.filter(\.isSelfConnecting) }

    /// Removes the sockets for which `condition` holds.
    package mutating func remove(where condition: (SocketRecord) -> Bool) {
        for (port, sockets) in byPort where sockets.contains(where: condition) {
            let kept = sockets.filter { !condition($0) }
            count -= sockets.count - kept.count
            byPort[port] = kept
        }
    }

    /// The ports that a plain connect() skips because a socket was bound to them by bind() or listen()
    /// (`__inet_hash_connect` checks the bind bucket, not addresses).
    package var boundPorts: PortSet {
        PortSet(
            ports: byPort.lazy.filter { $0.value.contains { $0.state == .listen || $0.state == .closed } }
                .map(\.key))
    }

    /// The ports that bind(address, 0) skips: those of a socket with a conflicting address.
    package func ports(inUseOn address: IPAddress) -> PortSet {
        PortSet(
            ports: byPort.lazy.filter { $0.value.contains { $0.conflicts(with: address) } }.map(\.key))
    }

    /// The holders of `endpoint`'s port on any address: first those that prevent a server from binding the endpoint,
    /// most severe first; closed connections come last.
    package func holders(of endpoint: Endpoint) -> [Holder] {
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

    /// How the socket uses its port; nil if it does not count: connections accepted by a listener of the same port, and
    /// half-open ones.
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
        // Closed by its owner and waiting for the peer: equivalent to TIME_WAIT.
        return socket.inode == 0 ? .timeWait : .source
    }
}
