// Which sockets conflict with a server on which address: as measured with bind() on Linux 6.18.

import SelfConnect
import Testing

/// One socket.
@Suite struct SocketRecordTests {
    @Test(
        "A listener collides with the addresses that the kernel says it does",
        arguments: [
            ("127.0.0.1", ["127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1"]),
            ("::ffff:127.0.0.1", ["127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1"]),
            ("0.0.0.0", ["127.0.0.1", "127.0.0.2", "192.0.2.1", "0.0.0.0", "::", "::ffff:127.0.0.1"]),
            ("::", ["127.0.0.1", "127.0.0.2", "192.0.2.1", "::1", "2001:db8::1", "0.0.0.0", "::", "::ffff:127.0.0.1"]),
            ("::1", ["::1", "::"]), ("192.0.2.1", ["192.0.2.1", "0.0.0.0", "::"]),
            (":: v6only", ["::1", "2001:db8::1", "::"]),
        ] as [(String, Set<String>)])
    func conflicts(_ own: String, _ expected: Set<String>) throws {
        let address = try IPAddress(own.split(separator: " ")[0])
        let socket = SocketRecord(
            state: .listen, local: Endpoint(address, 80), peer: Endpoint(.loopback4, 0),
            isIPv6Only: own.hasSuffix("v6only"))
        let others = [
            "127.0.0.1", "127.0.0.2", "192.0.2.1", "::1", "2001:db8::1", "0.0.0.0", "::", "::ffff:127.0.0.1",
        ]
        let found = try others.filter { socket.conflicts(with: try IPAddress($0)) }
        #expect(Set(found) == expected)
    }

    @Test(
        "Only an established connection with equal endpoints and equal counters is a self-connection",
        arguments: TCPState.allCases)
    func selfConnected(_ state: TCPState) {
        let own = Endpoint(.loopback4, 80)
        let isConnection: Set<TCPState> = [.established, .finWait1, .finWait2, .closeWait, .lastAck, .closing]
        for (peer, proof) in [
            (own, .proved), (own, .unconfirmed), (own, .refuted), (Endpoint(.loopback4, 81), .proved),
            (Endpoint(.loopback6, 80), .proved),
        ] as [(Endpoint, SelfConnectionProof)] {
            var socket = SocketRecord(state: state, local: own, peer: peer)
            socket.selfConnection = proof
            #expect(socket.isSelfConnected == (isConnection.contains(state) && peer == own && proof == .proved))
        }
    }

    @Test("States are numbered as in the kernel's tcp_states.h") func states() {
        #expect(TCPState.allCases.map(\.rawValue) == Array(1...11))
        #expect(TCPState.timeWait.rawValue == 6 && TCPState.closed.rawValue == 7 && TCPState.listen.rawValue == 10)
    }
}
