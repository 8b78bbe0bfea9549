import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct SocketUsageTests {
    @Test func `The count of a protocol is the number behind inuse in its line`() {
        #expect(SocketUsage.count("TCP", inText: "sockets: used 12\nTCP: inuse 3 orphan 0 tw 0 alloc 8 mem 0\n") == 3)
        #expect(SocketUsage.count("TCP6", inText: "TCP6: inuse 1\n") == 1)
        #expect(SocketUsage.count("TCP", inText: "TCP6: inuse 1\nTCP: used 3\n") == nil)
    }

    @Test func `Without the file of IPv6 there are no such sockets, without that of IPv4 nothing is known`() throws {
        let folder = try TemporaryFolder()
        #expect(SocketUsage.current(root: folder.path) == nil)
        try folder.write(Array("TCP: inuse 3\n".utf8), to: "sockstat")
        #expect(SocketUsage.current(root: folder.path) == SocketUsage(ipv4: 3, ipv6: 0))
        try folder.write(Array("garbage".utf8), to: "sockstat6")
        #expect(SocketUsage.current(root: folder.path) == nil)
    }

    @Test(.enabled(if: PrivateNetwork.isAvailable))
    func `The kernel counts listeners and connections of each family, those with mapped addresses as IPv6`() throws {
        let counts = try PrivateNetwork.run {
            var counts = [SocketUsage.current()]
            let server = try Holding.listening("127.0.0.1").take(20_000)
            counts.append(SocketUsage.current())
            let six = try Holding.listening("::").take(20_001)
            let bound = try Holding.bound("127.0.0.1").take(20_002)
            counts.append(SocketUsage.current())
            let connected = try Holding.selfConnected("127.0.0.1").take(40_002)
            counts.append(SocketUsage.current())
            let client = try TCPSocket(for: .loopback4)
            _ = try client.connect(to: try SocketAddress(Endpoint(.loopback4, 20_001)))
            counts.append(SocketUsage.current())
            withExtendedLifetime((server, six, bound, connected)) {}
            _ = consume client
            return counts
        }
        #expect(
            counts == [(0, 0), (1, 0), (1, 1), (2, 1), (3, 2)].map { SocketUsage(ipv4: $0, ipv6: $1) })
    }
}
