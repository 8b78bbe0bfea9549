// Sockets of a host besides those of the targets: listeners in the ephemeral range, and all self-connections.

/// The sockets of a namespace that are relevant for self-connections.
package struct SocketCensus: Hashable, Sendable {
    /// Listeners in the ephemeral range, by endpoint.
    package var listeners: [Holder]
    /// Self-connected sockets.
    package var selfConnections: [Holder]
    /// Connections with equal endpoints that are not known to be self-connections.
    package var unconfirmed: [Holder]
    /// The number of listeners and self-connections that were left out because there are too many.
    package private(set) var omitted = 0

    /// An empty census.
    package init() {
        listeners = []
        selfConnections = []
        unconfirmed = []
    }

    /// Examines the sockets of a namespace.
    package init(_ sockets: SocketTable, in range: PortRange) {
        var listeners: [Holder] = []
        var selfConnections: [Holder] = []
        var unconfirmed: [Holder] = []
        for socket in sockets.all {
            if socket.state == .listen, range.contains(socket.local.port) {
                listeners.append(Holder(state: .listening, socket: socket, conflicts: true))
            } else if socket.isSelfConnected {
                selfConnections.append(Holder(state: .selfConnected, socket: socket, conflicts: true))
            } else if socket.namesAreEqual, socket.selfConnection == .unconfirmed {
                unconfirmed.append(Holder(state: .source, socket: socket, conflicts: true))
            }
        }
        self.listeners = listeners.sorted { $0.socket.local < $1.socket.local }
        self.selfConnections = selfConnections.sorted { $0.socket.local < $1.socket.local }
        self.unconfirmed = unconfirmed.sorted { $0.socket.local < $1.socket.local }
    }

    /// Marks all sockets as those of a network namespace.
    package mutating func place(in namespace: String) {
        for index in listeners.indices { listeners[index].namespace = namespace }
        for index in selfConnections.indices { selfConnections[index].namespace = namespace }
        for index in unconfirmed.indices { unconfirmed[index].namespace = namespace }
    }

    /// Keeps the first ones of each sort.
    package mutating func cut(listeners listenerLimit: Int, connections connectionLimit: Int) {
        let others = self
        (listeners, selfConnections, unconfirmed, omitted) = ([], [], [], 0)
        add(others, listeners: listenerLimit, connections: connectionLimit)
    }

    /// Adds what was found in another network namespace, as far as there is room for it.
    package mutating func add(_ other: SocketCensus, listeners listenerLimit: Int, connections connectionLimit: Int) {
        omitted += other.omitted
        omitted += Self.add(other.listeners, to: &listeners, atMost: listenerLimit)
        omitted += Self.add(other.selfConnections, to: &selfConnections, atMost: connectionLimit)
        Self.add(other.unconfirmed, to: &unconfirmed, atMost: connectionLimit)
    }

    /// The number of those that were left out.
    @discardableResult
    private static func add(_ others: [Holder], to holders: inout [Holder], atMost limit: Int) -> Int {
        let room = max(0, limit - holders.count)
        holders += others.prefix(room)
        return max(0, others.count - room)
    }

    /// The endpoints at which clients of this host would reach a listener: loopback for one on all addresses.
    package static func endpoints(of listener: SocketRecord) -> [Endpoint] {
        let local = listener.local.unmapped
        guard local.address.isUnspecified else { return [local] }
        let port = local.port
        guard local.address.isIPv6 else { return [Endpoint(.loopback4, port)] }
        let ipv6 = Endpoint(.loopback6, port)
        return listener.isIPv6Only ? [ipv6] : [Endpoint(.loopback4, port), ipv6]
    }
}
