package import SelfConnect

/// The TCP sockets of the calling thread's network namespace, from one of the available sources.
package struct SocketSurvey: ~Copyable {
    /// The source of the sockets.
    package let source: KernelFacts.SocketSource
    private var sockDiag: SockDiag?
    private let procNet: ProcNet?
    /// What is known of connections with equal endpoints.
    package var check = SelfConnectionCheck()

    /// Opens a source in the calling thread's namespace.
    package init(_ source: KernelFacts.SocketSource) throws(SystemCallError) {
        self.source = source
        sockDiag = source == .sockDiag ? try SockDiag() : nil
        procNet = source == .procNet ? ProcNet() : nil
    }

    /// All sockets of both families; with `port`, those with this local port. Empty without a source.
    ///
    /// Connections with equal endpoints are checked; if such a connection has exchanged data, this sends a SYN to its
    /// endpoint.
    package mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        if var table = try sockDiag?.table(port: port) {
            try settle(&table, isWhole: port == 0)
            return table
        }
        return try procNet?.table(port: port) ?? SocketTable()
    }

    /// All listeners, without a walk through the tables of the host. Without netlink all sockets, as they are read anyway.
    package mutating func listeners() throws(SystemCallError) -> SocketTable {
        if let table = try sockDiag?.table(.listeners) { return table }
        return try procNet?.table() ?? SocketTable()
    }

    /// What can be had without a walk through the tables of the host: all listeners, and the connections both of whose names
    /// are one of `endpoints`. Where the namespace has more connections, they are missing, and `isWhole` says so.
    ///
    /// - Parameter admitsWalk: whether the tables may be walked for the rest.
    package mutating func briefTable(
        with endpoints: Set<Endpoint>, admitsWalk: Bool
    ) throws(SystemCallError) -> BriefTable {
        guard sockDiag != nil else { return BriefTable(sockets: try table(), isWhole: true, hasWalked: true) }
        let size = SocketUsage.tableSize()
        // Without any socket there is nothing to ask for.
        var sockets = size == 0 ? SocketTable() : try sockDiag?.table(.listeners) ?? SocketTable()
        let isWhole = size.map { $0 <= sockets.count } ?? false
        guard isWhole || !admitsWalk else {
            var table = try sockDiag?.table(.listenersAndConnections) ?? SocketTable()
            try settle(&table, isWhole: true)
            return BriefTable(sockets: table, isWhole: true, hasWalked: true)
        }
        // Closed connections are not among those that the kernel counts.
        for endpoint in endpoints.sorted() {
            if let found = try sockDiag?.selfConnection(at: endpoint) { sockets.insert(found) }
        }
        try settle(&sockets, isWhole: false)
        return BriefTable(sockets: sockets, isWhole: isWhole, hasWalked: false)
    }

    private mutating func settle(_ table: inout SocketTable, isWhole: Bool) throws(SystemCallError) {
        try check.settle(&table, isWhole: isWhole) { socket throws(SystemCallError) in
            try sockDiag?.information(about: socket)
        }
    }

    /// Whether each of these self-connections belongs to a client, by inode. Connections that have been reset are
    /// omitted.
    package mutating func origins(
        of connections: [SocketRecord]
    ) throws(SystemCallError) -> [UInt32: SelfConnectionOrigin] {
        var origins: [UInt32: SelfConnectionOrigin] = [:]
        guard sockDiag != nil else {
            let present = try Set(procNet?.table().selfConnectingSockets.map(\.inode) ?? [])
            for connection in connections where present.contains(connection.inode) {
                origins[connection.inode] = .unknown
            }
            return origins
        }
        for connection in connections {
            guard let found = try sockDiag?.connection(at: connection) else { continue }
            if found.socket.inode == connection.inode {
                origins[connection.inode] = SelfConnectionOrigin(found.information)
            } else if found.socket.inode == 0 {
                // It was closed normally, which a probe never does.
                origins[connection.inode] = .client
            }
        }
        return origins
    }
}

/// Sockets of a namespace, not necessarily all.
package struct BriefTable: Sendable {
    /// The sockets.
    package var sockets: SocketTable
    /// Whether no listener and no connection is missing. Sockets that are only bound are.
    package let isWhole: Bool
    /// Whether the tables of the host were walked for it.
    package let hasWalked: Bool
}
