import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct ProcNetLineTests {
    private static let listener =
        "   0: 0100007F:9CA4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 26012011 1"
        + " 000000002cb0eacc 100 0 0 10 0"
    private static let selfConnected6 =
        "   1: 0000000000000000FFFF00000100007F:9CC6 0000000000000000FFFF00000100007F:9CC6 01 00000000:00000000"
        + " 00:00000000 00000000   112        0 26012014 2 000000002344d638 20 4 30 10 -1"

    private static let noPeer4 = Endpoint(.v4(IPv4Address(bits: 0)), 0)
    private static let noPeer6 = Endpoint(.v6(IPv6Address(high: 0, low: 0)), 0)
    private static let mapped = Endpoint(.v6(IPv6Address(mapping: .loopback)), 40134)

    static let rows: [(String, SocketRecord)] = [
        (
            listener,
            SocketRecord(state: .listen, local: Endpoint(.loopback4, 40100), peer: noPeer4, inode: 26_012_011)
        ),
        (
            "   0: 00000000000000000000000000000000:9CAA 00000000000000000000000000000000:0000 0A 00000000:00000000"
                + " 00:00000000 00000000     0        0 26012012 1 00000000be1f1e04 100 0 0 10 0",
            SocketRecord(state: .listen, local: Endpoint(noPeer6.address, 40106), peer: noPeer6, inode: 26_012_012)
        ),
        (selfConnected6, SocketRecord(state: .established, local: mapped, peer: mapped, uid: 112, inode: 26_012_014)),
        (
            // A TIME_WAIT has no columns after the inode.
            "   1: 0100007F:9CCC 0100007F:9CCC 06 00000000:00000000 03:0000176F 00000000     0        0 0 3"
                + " 000000001eb27a92                                      ",
            SocketRecord(
                state: .timeWait, local: Endpoint(.loopback4, 40140), peer: Endpoint(.loopback4, 40140))
        ),
        (
            // fe80::1:2:3:4, in words in host byte order; more than 10,000 sockets do not shift columns.
            "123456: 000080FE00000000020001000400" + "0300:FFFF 00000000000000000000000000000000:0000 0A"
                + " 00000000:00000000 00:00000000 00000000 65534        0 4294967295 1 0 100 0 0 10 0",
            SocketRecord(
                state: .listen,
                local: Endpoint(.v6(IPv6Address(high: 0xFE80 << 48, low: 0x0001_0002_0003_0004)), 65535),
                peer: noPeer6, uid: 65534, inode: .max)
        ),
    ]

    @Test("A recorded line is decoded to its socket", arguments: rows)
    func record(line: String, socket: SocketRecord) {
        #expect(Self.record(line) == socket)
    }

    @Test(
        "An invalid line is not a socket",
        arguments: [
            "", " ", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            listener.replacing("0100007F:9CA4", with: "0100007F"),
            listener.replacing("0100007F:9CA4", with: ":9CA4"),
            listener.replacing("0100007F:9CA4", with: "0100007F:9CA"),
            listener.replacing("0100007F:9CA4", with: "0100007F:19CA4"),
            listener.replacing("0100007F:9CA4", with: "100007F:9CA4"),
            listener.replacing("0100007F:9CA4", with: "0100007G:9CA4"),
            listener.replacing("0100007F:9CA4", with: "0100007f:9CA4"),
            listener.replacing("0100007F:9CA4", with: "0100007F.9CA4"),
            listener.replacing("00000000:0000 ", with: "00000000000000000000000000000000:0000 "),
            listener.replacing(" 0A ", with: " 0C "), listener.replacing(" 0A ", with: " 00 "),
            listener.replacing(" 0A ", with: " 10A "), listener.replacing(" 0A ", with: " A "),
            listener.replacing("26012011", with: "4294967296"), listener.replacing("26012011", with: "-1"),
            listener.replacing("26012011", with: "99999999999999999999999999999999"),
        ])
    func malformed(line: String) {
        #expect(Self.record(line) == nil)
    }

    @Test("A half-open connection is omitted, as in requests to sock_diag") func halfOpen() {
        #expect(Self.record(Self.selfConnected6.replacing(" 01 ", with: " 03 ")) == nil)
    }

    @Test("A line of a socket without a peer cannot have a connection's state", arguments: ["01", "02", "07"])
    func caughtBetween(state: String) {
        #expect(Self.record(Self.listener.replacing(" 0A ", with: " \(state) "))?.state == .closed)
    }

    @Test("A line that is cut short at any octet gives the complete socket or none") func truncation() {
        let whole = Self.record(Self.listener)
        for length in 0..<Self.listener.utf8.count {
            let found = Self.record(String(Self.listener.prefix(length)))
            // Digits of the inode may be missing: the reader never passes such a line.
            if length >= 100 { #expect(found == whole) }
            if length < 92 { #expect(found == nil, "\(length) octets") }
        }
    }

    @Test("No input traps", arguments: [31, 32, 33, 34] as [UInt64]) func hostile(seed: UInt64) {
        var chance = SeededChance(seed: seed)
        let signs = Array("0123456789ABCDEF:  \u{0}\n\u{7F}g-".utf8)
        for _ in 0..<TestScale.repetitions(20_000) {
            var line = Array((Bool.random(using: &chance) ? Self.listener : Self.selfConnected6).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &chance) {
                let place = Int.random(in: line.indices, using: &chance)
                switch Int.random(in: 0..<4, using: &chance) {
                case 0: line.remove(at: place)
                case 1: line.insert(signs.randomElement(using: &chance) ?? 0, at: place)
                case 2: line[place] = .random(in: 0...255, using: &chance)
                default: line[place] = signs.randomElement(using: &chance) ?? 0
                }
            }
            // A parsed socket must be a valid one.
            guard let socket = ProcNetLine.record(line.span.bytes) else { continue }
            #expect(socket.local.address.isIPv6 == socket.peer.address.isIPv6, "seed \(seed): \(line)")
        }
    }

    private static func record(_ line: String) -> SocketRecord? { ProcNetLine.record(Array(line.utf8).span.bytes) }
}
