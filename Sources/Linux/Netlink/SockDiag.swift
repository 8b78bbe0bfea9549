import CLinux
import Glibc
package import SelfConnect

/// All TCP sockets of the calling thread's network namespace. Needs no privilege.
package struct SockDiag: ~Copyable {
    private var netlink: NetlinkSocket

    /// Opens a netlink socket in the calling thread's namespace.
    package init() throws(SystemCallError) {
        netlink = try NetlinkSocket(protocol: NETLINK_SOCK_DIAG)
    }

    /// All sockets of both families; with `port`, those with this local port. If one family cannot be read, the table
    /// of all sockets has a gap.
    ///
    /// - Parameter selection: the states that are asked for, which decide what it costs.
    /// - Throws: if neither family can be read, or one of them for a port, or descriptors or memory have run out.
    package mutating func table(
        port: UInt16 = 0, _ selection: SockDiagSelection = .all
    ) throws(SystemCallError) -> SocketTable {
        if let table = try tableOfBothFamilies(port: port, selection) { return table }
        return try tableOfEachFamily(port: port, selection)
    }

    /// Reads the families one after the other; used where one request for both fails.
    mutating func tableOfEachFamily(
        port: UInt16, _ selection: SockDiagSelection
    ) throws(SystemCallError) -> SocketTable {
        var table = SocketTable()
        // An AF_INET dump does not contain dual-stack listeners on [::]: both families are needed.
        for family in [AF_INET, AF_INET6] {
            // Inserted directly into the table: a copy of a hundred thousand sockets would need the same memory again.
            do throws(SystemCallError) {
                try dump(
                    SockDiagCodec.requestType,
                    SockDiagCodec.request(family: family, states: selection.states, port: port)
                ) {
                    table.remove { $0.local.address.isIPv6 == (family == AF_INET6) }
                } insert: { socket in
                    // The kernel's filter returns all bound sockets.
                    if port == 0 || socket.local.port == port { table.insert(socket) }
                }
            } catch  where port == 0 && !error.isResourceExhaustion && table.gaps.isEmpty {
                table.remove { $0.local.address.isIPv6 == (family == AF_INET6) }
                table.gaps.append("the sockets of \(family == AF_INET ? "IPv4" : "IPv6") could not be read: \(error)")
            }
        }
        return table
    }

    /// Reads both families in one walk through the kernel's tables, which costs half as much as two; nil if that fails: an error
    /// of one family must not hide the other.
    mutating func tableOfBothFamilies(
        port: UInt16, _ selection: SockDiagSelection
    ) throws(SystemCallError) -> SocketTable? {
        var table = SocketTable()
        do throws(SystemCallError) {
            try dump(
                SockDiagCodec.requestTypeForBothFamilies,
                SockDiagCodec.requestForBothFamilies(states: selection.states, port: port)
            ) {
                table = SocketTable()
            } insert: { socket in
                if port == 0 || socket.local.port == port { table.insert(socket) }
            }
        } catch  where !error.isResourceExhaustion {
            return nil
        }
        return table
    }

    /// What the kernel knows about one connection; nil if there is no connection with these endpoints any more. The socket
    /// may be connecting again; its counters are meaningless then.
    mutating func information(about socket: SocketRecord) throws(SystemCallError) -> ConnectionInformation? {
        guard let found = try connection(at: socket), found.socket.inode == socket.inode,
            found.socket.state != .synSent,
            found.socket.state != .synReceived
        else { return nil }
        return found.information
    }

    /// The connection whose two names are both `endpoint`; nil: there is none. An exact look-up in the kernel's table.
    package mutating func selfConnection(at endpoint: Endpoint) throws(SystemCallError) -> SocketRecord? {
        let wanted = SocketRecord(state: .established, local: endpoint, peer: endpoint, uid: 0, inode: 0)
        guard let found = try connection(at: wanted)?.socket, found.local == found.peer else { return nil }
        return found
    }

    /// The connection that has the endpoints of `socket` now, possibly another or a closed one; nil if there is none.
    mutating func connection(
        at socket: SocketRecord
    ) throws(SystemCallError) -> (socket: SocketRecord, information: ConnectionInformation)? {
        let interface =
            if case .v6(let address) = socket.local.address, let zone = address.zone {
                try SocketAddress.index(ofZone: zone)
            } else {
                UInt32(0)
            }
        let request = SockDiagCodec.informationRequest(for: socket, interface: interface)
        var result: (socket: SocketRecord, information: ConnectionInformation)?
        do throws(SystemCallError) {
            try netlink.request(
                "sock_diag", type: SockDiagCodec.requestType, flags: 0, payload: request, restart: { result = nil },
                record: { _, payload throws(SystemCallError) in
                    // If there is no such connection, the kernel returns a listener of the port.
                    guard let found = try SockDiagCodec.record(payload), found.peer.unmapped == socket.peer.unmapped
                    else { return }
                    result = (found, try SockDiagCodec.information(payload))
                })
        } catch  where error.code == ENOENT {
            return nil
        }
        return result
    }

    /// Whether the kernel shows sockets that are only bound, determined by creating one.
    package mutating func showsBoundSockets() throws(SystemCallError) -> Bool {
        let socket = try TCPSocket(for: .loopback4)
        try socket.bind(to: .loopback4)
        let port = try socket.localEndpoint().port
        var isShown = false
        let states = UInt32(1) << UInt32(CLINUX_TCP_BOUND_INACTIVE)
        try dump(SockDiagCodec.requestType, SockDiagCodec.request(family: AF_INET, states: states, port: port)) {
            isShown = false
        } insert: { socket in
            isShown = isShown || socket.state == .closed && socket.local.port == port
        }
        return isShown
    }

    /// Passes each requested socket to `insert`; if the request has to be repeated, `restart` discards them.
    private mutating func dump(
        _ type: UInt16, _ request: [UInt8], restart: () -> Void, insert: (SocketRecord) -> Void
    ) throws(SystemCallError) {
        try netlink.request(
            "sock_diag", type: type, flags: NLM_F_DUMP, payload: request,
            restart: restart,
            record: { _, payload throws(SystemCallError) in
                if let socket = try SockDiagCodec.record(payload) { insert(socket) }
            })
    }
}
