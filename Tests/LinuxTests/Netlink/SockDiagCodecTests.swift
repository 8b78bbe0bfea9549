import CLinux
import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct SockDiagCodecTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: [UInt8]
        let socket: SocketRecord
    }

    private static let noPeer4 = Endpoint(.v4(IPv4Address(bits: 0)), 0)
    private static let noPeer6 = Endpoint(.v6(IPv6Address(high: 0, low: 0)), 0)
    private static let mapped = IPAddress.v6(IPv6Address(mapping: .loopback))

    static let rows = [
        Row(
            testDescription: "a listener on IPv4", message: Recorded.listener4,
            socket: SocketRecord(
                state: .listen, local: Endpoint(.loopback4, 40100), peer: noPeer4, inode: 54907, controlGroup: 1)),
        Row(
            testDescription: "a listener on both families", message: Recorded.listener6,
            socket: SocketRecord(
                state: .listen, local: Endpoint(noPeer6.address, 40104), peer: noPeer6, inode: 54909, controlGroup: 1)),
        Row(
            testDescription: "a listener on IPv6 alone", message: Recorded.listener6Only,
            socket: SocketRecord(
                state: .listen, local: Endpoint(noPeer6.address, 40106), peer: noPeer6, isIPv6Only: true, inode: 54910,
                controlGroup: 1)),
        Row(
            testDescription: "a bound socket", message: Recorded.bound4,
            socket: SocketRecord(
                state: .closed, local: Endpoint(.loopback4, 40110), peer: noPeer4, inode: 54912, controlGroup: 1)),
        Row(
            testDescription: "a connection", message: Recorded.established4,
            socket: SocketRecord(
                state: .established, local: Endpoint(.loopback4, 40120), peer: Endpoint(.loopback4, 40100),
                inode: 54916, controlGroup: 1)),
        Row(
            testDescription: "an IPv4 connection of a server on both families", message: Recorded.establishedMapped,
            socket: SocketRecord(
                state: .established, local: Endpoint(mapped, 40104), peer: Endpoint(mapped, 40124), inode: 54921,
                controlGroup: 1)),
        Row(
            testDescription: "a self-connection on IPv4", message: Recorded.selfConnected4,
            socket: SocketRecord(
                state: .established, local: Endpoint(.loopback4, 40130), peer: Endpoint(.loopback4, 40130),
                inode: 54922, controlGroup: 1)),
        Row(
            testDescription: "a self-connection on IPv6", message: Recorded.selfConnected6,
            socket: SocketRecord(
                state: .established, local: Endpoint(.loopback6, 40132), peer: Endpoint(.loopback6, 40132),
                inode: 54923, controlGroup: 1)),
        Row(
            testDescription: "a self-connection of an IPv6 socket on IPv4", message: Recorded.selfConnectedMapped,
            socket: SocketRecord(
                state: .established, local: Endpoint(mapped, 40134), peer: Endpoint(mapped, 40134), inode: 54924,
                controlGroup: 1)),
        Row(
            testDescription: "a TIME_WAIT", message: Recorded.timeWait4,
            socket: SocketRecord(
                state: .timeWait, local: Endpoint(.loopback4, 40140), peer: Endpoint(.loopback4, 40140))),
    ]

    @Test("A recorded message is decoded to its socket", arguments: rows) func record(row: Row) throws {
        #expect(try sockets(in: row.message) == [row.socket])
    }

    @Test("A message that is cut short at any octet gives no socket, unless only whole attributes are missing")
    func truncation() throws {
        for row in Self.rows {
            for length in 0..<row.message.count - 16 {
                let payload = Array(row.message[16..<16 + length])
                guard let found = try? SockDiagCodec.record(payload.span.bytes) else { continue }
                var expected = row.socket
                if length < 100 { expected.controlGroup = found.controlGroup }
                if length < 88 { expected.isIPv6Only = found.isIPv6Only }
                #expect(length >= 72 && found == expected, "\(row.testDescription), \(length) octets")
            }
        }
    }

    @Test("A message with an unknown state is not a socket", arguments: [0, 12, 13, 255] as [UInt8])
    func unknownState(state: UInt8) throws {
        var message = Recorded.listener4
        message[17] = state  // idiag_state
        #expect(try sockets(in: message).isEmpty)
    }

    @Test("A socket without a peer cannot have a connection's state", arguments: [1, 2, 7] as [UInt8])
    func caughtBetween(state: UInt8) throws {
        // bind() is done, connect() has started: idiag_dport was read before it was set, idiag_state after.
        var message = Recorded.bound4
        message[17] = state  // idiag_state
        #expect(try sockets(in: message).map(\.state) == [.closed])
    }

    @Test("A message of another family is not a socket", arguments: [0, 1, 99] as [UInt8])
    func unknownFamily(family: UInt8) throws {
        var message = Recorded.listener4
        message[16] = family  // idiag_family
        #expect(try sockets(in: message).isEmpty)
    }

    @Test("A link-local address has its interface as zone") func zone() throws {
        var message = Recorded.listener6Only
        message.replaceSubrange(24..<40, with: [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [0x77])  // idiag_src
        message.replaceSubrange(56..<60, with: UInt32(1).octets)  // idiag_if: lo has number 1 everywhere
        #expect(try sockets(in: message).map { "\($0.local)" } == ["[fe80::77%lo]:40106"])
    }

    @Test("Attributes that are too short for their value are ignored") func shortAttributes() throws {
        let group: [UInt8] = [0x08, 0x00, 0x15, 0x00, 1, 2, 3, 4]  // INET_DIAG_CGROUP_ID of four octets
        let only: [UInt8] = [0x04, 0x00, 0x0B, 0x00]  // INET_DIAG_SKV6ONLY of none
        let payload = Array(Recorded.listener6[16..<88]) + group + only
        let socket = try #require(try SockDiagCodec.record(payload.span.bytes))
        #expect(socket.controlGroup == nil)
        #expect(!socket.isIPv6Only)
    }

    @Test("Any octets are a socket or a fault, never a crash")
    func mutations() throws {
        let seed: UInt64 = 20_240_819
        var chance = SeededChance(seed: seed)
        for round in 0..<TestScale.repetitions(60_000) {
            let row = Self.rows[Int.random(in: 0..<Self.rows.count, using: &chance)]
            let message = Self.mutation(of: row.message, &chance)
            guard let found = try? sockets(in: message) else { continue }
            for socket in found {
                #expect(Self.isIn(message, socket), "seed \(seed), round \(round): \(socket) in \(message)")
            }
        }
    }

    @Test("A request is for TCP sockets of a family in some states with any cookie") func request() {
        let bytes = SockDiagCodec.request(family: AF_INET6, states: 1 << 10, port: 40100)
        #expect(
            bytes == [
                0x0A,  // sdiag_family: AF_INET6
                0x06,  // sdiag_protocol: IPPROTO_TCP
                0x00,  // idiag_ext
                0x00,  // pad
                0x00, 0x04, 0x00, 0x00,  // idiag_states: TCP_LISTEN
                0x9C, 0xA4,  // id.idiag_sport: 40100, big-endian
                0x00, 0x00,  // id.idiag_dport: any
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // id.idiag_src: any
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // id.idiag_dst: any
                0x00, 0x00, 0x00, 0x00,  // id.idiag_if: any
                0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,  // id.idiag_cookie: INET_DIAG_NOCOOKIE
            ])
    }

    @Test("The requested states are all except half-open connections") func states() {
        // 1 ESTABLISHED, 2 SYN_SENT, 4 and 5 FIN_WAIT, 6 TIME_WAIT, 8 CLOSE_WAIT, 9 LAST_ACK, 10 LISTEN, 11 CLOSING,
        // 13 BOUND_INACTIVE
        #expect(SockDiagCodec.states == 0b10_1111_0111_0110)
    }

    private func sockets(in datagram: [UInt8]) throws(SystemCallError) -> [SocketRecord] {
        var sockets: [SocketRecord] = []
        try NetlinkMessage.forEach(in: datagram.span.bytes) { _, payload throws(SystemCallError) in
            if let socket = try SockDiagCodec.record(payload) { sockets.append(socket) }
        }
        return sockets
    }

    /// Changes one to four octets, or truncates the message.
    private static func mutation(of message: [UInt8], _ chance: inout SeededChance) -> [UInt8] {
        var message = message
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
            message[Int.random(in: 0..<message.count, using: &chance)] = .random(in: 0...255, using: &chance)
        }
        if Int.random(in: 0..<4, using: &chance) == 0 {
            message.removeLast(Int.random(in: 0..<message.count, using: &chance))
        }
        return message
    }

    /// Whether the octets contain this socket at a four-aligned offset, parsed in the simplest way.
    private static func isIn(_ message: [UInt8], _ socket: SocketRecord) -> Bool {
        stride(from: 16, through: message.count - 72, by: 4).contains { start in
            let record = message[start..<start + 72]
            let isIPv6 = socket.local.address.isIPv6
            let ports = [socket.local.port, socket.peer.port].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
            let isTorn = socket.state == .closed && socket.peer.port == 0
            return record[start] == (isIPv6 ? 10 : 2) && (isTorn || record[start + 1] == socket.state.rawValue)
                && Array(record[start + 4..<start + 8]) == ports
                && Array(record[start + 64..<start + 68]) == socket.uid.octets
                && Array(record[start + 68..<start + 72]) == socket.inode.octets
                && Array(record[start + 8..<start + 24]).starts(with: octets(of: socket.local.address))
                && Array(record[start + 24..<start + 40]).starts(with: octets(of: socket.peer.address))
        }
    }

    private static func octets(of address: IPAddress) -> [UInt8] {
        switch address {
        case .v4(let address): address.bits.bigEndian.octets
        case .v6(let address): address.high.bigEndian.octets + address.low.bigEndian.octets
        }
    }
}
