import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct TCPStatisticsTests {
    @Test("The counter is found by its name among any others")
    func text() {
        let text = """
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm ActiveOpens PassiveOpens AttemptFails EstabResets
            Tcp: 1 500 40 123 7
            Udp: InDatagrams
            Udp: 9

            """
        #expect(TCPStatistics.failedAttempts(in: text) == 123)
    }

    @Test(
        "A file without the counter gives no value",
        arguments: ["", "Tcp: AttemptFails\n", "Tcp: AttemptFails\nTcp:\n", "Tcp: Other\nTcp: 7\n"])
    func missing(text: String) {
        #expect(TCPStatistics.failedAttempts(in: text) == nil)
    }

    @Test(
        "A refused attempt of a probe is counted by the kernel and by the probe for each way to connect",
        .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
    func own() throws {
        try PrivateNetwork.run {
            let peer = try SocketAddress(Endpoint(.loopback4, 30_000))
            for attempt in [Self.connect, Self.connectRepeatedly, Self.ask] {
                let (kernel, own) = (try TCPStatistics.failedAttempts(), OwnFailedConnects.total)
                for _ in 0..<10 { try attempt(peer) }
                #expect(try TCPStatistics.failedAttempts() == kernel + 10)
                // Probes of other tests are counted as well.
                #expect(OwnFailedConnects.total >= own + 10)
            }
        }
    }

    private static func connect(_ peer: SocketAddress) throws {
        let socket = try TCPSocket(for: .loopback4)
        #expect(throws: SystemCallError.self) { try socket.connect(to: peer) }
    }

    private static func connectRepeatedly(_ peer: SocketAddress) throws {
        let end = try TCPSocket(for: .loopback4).connectRepeatedly(to: peer, atMost: 1)
        #expect(end.end == .refused)
    }

    private static func ask(_ peer: SocketAddress) throws {
        let endpoint = try #require(peer.endpoint)
        #expect(try ServiceCheck.answer(of: endpoint, within: .seconds(10)) == .refused)
    }
}
