public import SelfConnect

/// The TCP sockets of the calling thread's network namespace, from one of the sources that there may be.
public struct SocketSurvey: ~Copyable {
    /// Where they come from.
    public let source: KernelFacts.SocketSource
    private var sockDiag: SockDiag?
    private let procNet: ProcNet?
    private var check = SelfConnectionCheck()

    /// Opens a source, for the namespace that the calling thread is in.
    public init(_ source: KernelFacts.SocketSource) throws(SystemCallError) {
        self.source = source
        sockDiag = source == .sockDiag ? try SockDiag() : nil
        procNet = source == .procNet ? ProcNet() : nil
    }

    /// All sockets of both families; with `port`, those that have it as their own. From no source, none.
    ///
    /// Those whose names are equal are settled; a connection over which data went is asked about by a SYN to its endpoint.
    public mutating func table(port: UInt16 = 0) throws(SystemCallError) -> SocketTable {
        if var table = try sockDiag?.table(port: port) {
            try check.settle(&table, isWhole: port == 0) { socket throws(SystemCallError) in
                try sockDiag?.counters(of: socket)
            }
            return table
        }
        return try procNet?.table(port: port) ?? SocketTable()
    }

    /// Whose each of these self-connections is, by inode. One that has been reset is not in the answer.
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
                // An ordinary close has left it, which no probe's does.
                origins[connection.inode] = .client
            }
        }
        return origins
    }
}
