public import SelfConnect

/// The TCP sockets of the calling thread's network namespace, from one of the available sources.
public struct SocketSurvey: ~Copyable {
    /// The source of the sockets.
    public let source: KernelFacts.SocketSource
    private var sockDiag: SockDiag?
    private let procNet: ProcNet?
    private var check = SelfConnectionCheck()

    /// Opens a source in the calling thread's namespace.
    public init(_ source: KernelFacts.SocketSource) throws(SystemCallError) {
        self.source = source
        sockDiag = source == .sockDiag ? try SockDiag() : nil
        procNet = source == .procNet ? ProcNet() : nil
    }

    /// All sockets of both families; with `port`, those with this local port. Empty without a source.
    ///
    /// Connections with equal endpoints are checked; if such a connection has exchanged data, this sends a SYN to its
    /// endpoint.
    public mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        if var table = try sockDiag?.table(port: port) {
            try check.settle(&table, isWhole: port == 0) { socket throws(SystemCallError) in
                try sockDiag?.counters(of: socket)
            }
            return table
        }
        return try procNet?.table(port: port) ?? SocketTable()
    }

    /// Whether each of these self-connections belongs to a client, by inode. Connections that have been reset are
    /// omitted.
    public mutating func origins(
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
            guard let found = try sockDiag?.look(at: connection) else { continue }
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
