import SelfConnect
import Testing

/// The holders of a port.
@Suite struct SocketTableTests {
    /// A socket on port 80 of an address, with its peer.
    private static func socket(
        _ state: TCPState, _ local: String, _ peer: String = "0.0.0.0:0", inode: UInt32 = 7, isIPv6Only: Bool = false
    ) throws -> SocketRecord {
        let colon = peer.lastIndex(of: ":") ?? peer.endIndex
        let address = peer[..<colon].filter { $0 != "[" && $0 != "]" }
        var socket = SocketRecord(
            state: state, local: Endpoint(try IPAddress(local), 80),
            peer: Endpoint(try IPAddress(address), UInt16(peer[colon...].dropFirst()) ?? 0), isIPv6Only: isIPv6Only,
            inode: inode)
        socket.selfConnection = .proved
        return socket
    }

    private static func states(_ target: String, _ sockets: [SocketRecord]) throws -> [Holder.State] {
        SocketTable(sockets).holders(of: try Endpoint(target)).map(\.state)
    }

    @Test("Each socket is classified by its state and its ends") func states() throws {
        let rows: [(SocketRecord, Holder.State?)] = [
            (try Self.socket(.listen, "127.0.0.1"), .listening), (try Self.socket(.closed, "127.0.0.1"), .bound),
            (try Self.socket(.established, "127.0.0.1", "10.0.0.9:443"), .source),
            (try Self.socket(.synSent, "127.0.0.1", "10.0.0.9:443"), .source),
            (try Self.socket(.finWait1, "127.0.0.1", "10.0.0.9:443"), .source),
            (try Self.socket(.finWait2, "127.0.0.1", "10.0.0.9:443", inode: 0), .timeWait),
            (try Self.socket(.timeWait, "127.0.0.1", "10.0.0.9:443", inode: 0), .timeWait),
            (try Self.socket(.synReceived, "127.0.0.1", "10.0.0.9:443"), nil),
            (try Self.socket(.established, "127.0.0.1", "127.0.0.1:80"), .selfConnected),
            (try Self.socket(.closeWait, "127.0.0.1", "127.0.0.1:80", inode: 0), .selfConnected),
            (try Self.socket(.synSent, "127.0.0.1", "127.0.0.1:80"), .source),
            (try Self.socket(.synReceived, "127.0.0.1", "127.0.0.1:80"), .source),
            (try Self.socket(.timeWait, "127.0.0.1", "127.0.0.1:80", inode: 0), .timeWait),
        ]
        for (socket, expected) in rows {
            #expect(try Self.states("127.0.0.1:80", [socket]) == (expected.map { [$0] } ?? []), "\(socket)")
        }
    }

    @Test(
        "A connection that an open listener accepted does not hold the port",
        arguments: [
            // listener, local end of the connection, whether the listener can have accepted it
            ("127.0.0.1", "127.0.0.1", true), ("0.0.0.0", "127.0.0.1", true), ("::", "127.0.0.1", true),
            ("::", "::ffff:127.0.0.1", true), ("::", "::1", true), ("0.0.0.0", "::ffff:127.0.0.1", true),
            ("127.0.0.1", "::1", false), ("0.0.0.0", "::1", false), ("127.0.0.2", "127.0.0.1", false),
            (":: v6only", "127.0.0.1", false), (":: v6only", "::1", true),
        ])
    func accepted(_ listener: String, _ local: String, _ isAccepted: Bool) throws {
        let server = try Self.socket(
            .listen, String(listener.split(separator: " ")[0]), isIPv6Only: listener.hasSuffix("v6only"))
        let connection = try Self.socket(.established, local, "127.0.0.9:5000")
        let states = try Self.states("127.0.0.1:80", [server, connection])
        #expect(Set(states) == (isAccepted ? [.listening] : [.listening, .source]))
        // When the listener has closed, the connection holds the port.
        #expect(try Self.states("127.0.0.1:80", [connection]) == [.source])
    }

    @Test("Conflicting holders come first in order of severity, and closed connections last") func order() throws {
        let sockets = [
            try Self.socket(.timeWait, "127.0.0.1", "10.0.0.9:443", inode: 0), try Self.socket(.closed, "127.0.0.2"),
            try Self.socket(.established, "::1", "[::1]:80"), try Self.socket(.closed, "127.0.0.1"),
            try Self.socket(.established, "127.0.0.1", "10.0.0.9:443"),
        ]
        let holders = SocketTable(sockets).holders(of: Endpoint(.loopback4, 80))
        #expect(holders.map(\.state) == [.source, .bound, .selfConnected, .bound, .timeWait])
        #expect(holders.map(\.conflicts) == [true, true, false, false, true])
    }

    @Test("Sockets are stored per port, and only bind() or listen() makes a port bound") func ports() throws {
        var table = SocketTable()
        for (port, state) in [(80, .listen), (81, .closed), (82, .established), (83, .timeWait)] as [(UInt16, TCPState)]
        {
            var socket = try Self.socket(state, "127.0.0.1", "10.0.0.9:443")
            socket.local.port = port
            table.insert(socket)
        }
        #expect(table.count == 4 && Array(table.all).count == 4)
        #expect(table.sockets(on: 82).map(\.state) == [.established] && table.sockets(on: 99).isEmpty)
        #expect(table.boundPorts.description == "80-81")
        #expect(table.holders(of: Endpoint(.loopback4, 99)).isEmpty)
    }
}
