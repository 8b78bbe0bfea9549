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
        #expect(SocketUsage.tableSize(root: folder.path) == nil)
        try folder.write(Array("TCP: inuse 3\n".utf8), to: "sockstat")
        #expect(SocketUsage.tableSize(root: folder.path) == 3)
        try folder.write(Array("TCP6: inuse 2\n".utf8), to: "sockstat6")
        #expect(SocketUsage.tableSize(root: folder.path) == 5)
        try folder.write(Array("garbage".utf8), to: "sockstat6")
        #expect(SocketUsage.tableSize(root: folder.path) == nil)
    }

    @Test(.enabled(if: PrivateNetwork.isAvailable))
    func `The kernel counts only listeners and connections`() throws {
        let counts = try PrivateNetwork.run {
            var counts = [SocketUsage.tableSize()]
            let server = try Holding.listening("127.0.0.1").take(20_000)
            counts.append(SocketUsage.tableSize())
            let six = try Holding.listening("::").take(20_001)
            let bound = try Holding.bound("127.0.0.1").take(20_002)
            counts.append(SocketUsage.tableSize())
            let connected = try Holding.selfConnected("127.0.0.1").take(40_002)
            counts.append(SocketUsage.tableSize())
            withExtendedLifetime((server, six, bound, connected)) {}
            return counts
        }
        #expect(counts == [0, 1, 2, 3])
    }
}
