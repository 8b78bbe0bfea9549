import SelfConnect
import Testing

/// Connections with equal endpoints, and the sockets that may be their other ends.
@Suite struct PartnerTests {
    private static let endpoint = Endpoint(.loopback4, 40000)

    private static func socket(_ local: String, _ peer: String, _ state: TCPState = .established) throws -> SocketRecord
    {
        SocketRecord(state: state, local: try Endpoint(local), peer: try Endpoint(peer), inode: 7)
    }

    private static func hasPartner(_ sockets: [SocketRecord], at endpoint: Endpoint = endpoint) throws -> Bool {
        let own = try socket("127.0.0.1:40000", "127.0.0.1:40000")
        let found = SocketTable(sockets + [own]).endpointsWithPartner(among: [endpoint])
        #expect(found.isSubset(of: [endpoint]))
        return !found.isEmpty
    }

    @Test("A socket that is connected to the endpoint, and whose other end is not visible, may be the other end")
    func partner() throws {
        #expect(try Self.hasPartner([Self.socket("127.0.0.1:8080", "127.0.0.1:40000")]))
        #expect(try Self.hasPartner([Self.socket("10.0.0.1:8080", "[::ffff:127.0.0.1]:40000")]), "a mapped address")
        let mapped = try Endpoint("[::ffff:127.0.0.1]:40000")
        #expect(try Self.hasPartner([Self.socket("127.0.0.1:8080", "127.0.0.1:40000")], at: mapped))
    }

    @Test("No other socket is one") func others() throws {
        #expect(try !Self.hasPartner([]), "the connection itself")
        #expect(try !Self.hasPartner([Self.socket("127.0.0.1:8080", "127.0.0.1:40000", .timeWait)]))
        #expect(try !Self.hasPartner([Self.socket("127.0.0.1:8080", "127.0.0.1:40001")]))
        #expect(try !Self.hasPartner([Self.socket("127.0.0.1:8080", "127.0.0.2:40000")]))
        #expect(try !Self.hasPartner([Self.socket("127.0.0.1:40000", "127.0.0.1:8080")]))
    }

    @Test("A socket whose other end is visible is connected to that") func visible() throws {
        let there = try Self.socket("127.0.0.1:8080", "127.0.0.1:40000")
        #expect(try !Self.hasPartner([there, Self.socket("127.0.0.1:40000", "127.0.0.1:8080")]))
        #expect(try Self.hasPartner([there, Self.socket("127.0.0.1:40000", "127.0.0.1:8081")]))
        #expect(try Self.hasPartner([there, Self.socket("127.0.0.2:40000", "127.0.0.1:8080")]))
    }

    @Test("The remote end of a connection listens if a listener of this host has its address and port")
    func listeningPeers() throws {
        let connection = try Self.socket("127.0.0.1:40000", "127.0.0.1:8080")
        for (listener, state, isOne) in [
            ("127.0.0.1:8080", TCPState.listen, true), ("0.0.0.0:8080", .listen, true), ("[::]:8080", .listen, true),
            ("127.0.0.2:8080", .listen, false), ("127.0.0.1:8081", .listen, false), ("127.0.0.1:8080", .closed, false),
        ] {
            let table = SocketTable([connection, try Self.socket(listener, "0.0.0.0:1", state)])
            let peers = table.listeningPeers(of: table.holders(of: Self.endpoint))
            #expect(peers == (isOne ? [connection.peer] : []), "\(listener)")
        }
    }

    @Test("Equal endpoints are found among all sockets, and only while they are connected or connecting")
    func equalNames() throws {
        let own = try Self.socket("127.0.0.1:40000", "127.0.0.1:40000")
        let closed = try Self.socket("127.0.0.1:40001", "127.0.0.1:40001", .timeWait)
        let other = try Self.socket("127.0.0.1:40002", "127.0.0.1:40003")
        #expect(SocketTable([own, closed, other]).equalNames == [own])
    }

    @Test("Removed sockets are counted no more, and the others stay") func removal() throws {
        let first = try Self.socket("127.0.0.1:40000", "127.0.0.1:8080")
        let second = try Self.socket("127.0.0.1:40000", "127.0.0.1:8081")
        var table = SocketTable([first, second])
        table.remove { $0 == first }
        #expect(table.count == 1 && table.sockets(on: 40000) == [second])
    }
}
