import SelfConnect
import Testing

@Suite struct SocketCensusTests {
    private static let range = PortRange(40000, 41000)

    private static func census(listeners: Range<UInt16>, connections: Range<UInt16>) -> SocketCensus {
        let listening = listeners.map { port in
            SocketRecord(
                state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0), inode: UInt32(port))
        }
        let connected = connections.map { port in
            let endpoint = Endpoint(.loopback4, port)
            var socket = SocketRecord(state: .established, local: endpoint, peer: endpoint, inode: UInt32(port))
            socket.selfConnection = .proved
            return socket
        }
        return SocketCensus(SocketTable(listening + connected), in: range)
    }

    @Test("The first ones of each sort are kept, and the others are counted") func cut() {
        var census = Self.census(listeners: 40000..<40005, connections: 40010..<40020)
        census.cut(listeners: 3, connections: 9)
        #expect(census.listeners.map(\.socket.local.port) == [40000, 40001, 40002])
        #expect(census.selfConnections.map(\.socket.local.port) == Array(40010..<40019))
        #expect(census.omitted == 3)
        census.cut(listeners: 3, connections: 10)
        #expect(census.omitted == 3, "nothing is counted twice")
    }

    @Test("What another namespace has is added up to a total, and the own one is not cut") func total() {
        var total = Self.census(listeners: 40000..<40003, connections: 40010..<40010)
        var other = Self.census(listeners: 40000..<40004, connections: 40010..<40014)
        other.cut(listeners: 4, connections: 3)
        total.add(other, listeners: 5, connections: 5)
        #expect(total.listeners.count == 5 && total.selfConnections.count == 3 && total.omitted == 1 + 2)
        total.add(other, listeners: 2, connections: 5)
        #expect(total.listeners.count == 5 && total.selfConnections.count == 5 && total.omitted == 3 + 1 + 4 + 1)
    }
}
