import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct ConnectLoopTests {
    @Test("The loop ends with the connection and returns the number of calls") func connects() throws {
        // The only port of the range is the destination: the first call self-connects.
        let (attempts, end) = try loop(range: PortRange(40002, 40002), to: "127.0.0.1:40002", atMost: 50)
        #expect(attempts == 1)
        #expect(end == .connected)
    }

    @Test("One socket is given other ports until it connects") func walks() throws {
        let (attempts, end) = try loop(range: PortRange(40000, 40015), to: "127.0.0.1:40002", atMost: 100_000)
        #expect(attempts > 0)
        #expect(end == .connected)
    }

    @Test("The loop ends at its limit", arguments: [0, 1, 17]) func limit(limit: Int) throws {
        let (attempts, end) = try loop(range: PortRange(40000, 40015), to: "127.0.0.1:30000", atMost: limit)
        #expect(attempts == limit)
        #expect(end == .refused)
    }

    @Test("The loop ends with any error except ECONNREFUSED") func fails() throws {
        let (attempts, end) = try loop(range: PortRange(40000, 40015), to: "192.0.2.1:30000", atMost: 5)
        #expect(attempts == 1)
        #expect(end == .failed(ENETUNREACH))
    }

    private func loop(
        range: PortRange, to endpoint: String, atMost limit: Int
    ) throws -> (attempts: Int, end: TCPSocket.LoopEnd) {
        try PrivateNetwork.run(range: range, reserved: "") {
            let endpoint = try Endpoint(endpoint)
            let socket = try TCPSocket(for: endpoint.address)
            return socket.connectRepeatedly(to: try SocketAddress(endpoint), atMost: limit)
        }
    }
}
