import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite struct ProcNetTests {
    private static let heading = "  sl  local_address rem_address   st …\n"

    private static func line(_ number: Int) -> String {
        let port = String(number % 65536, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: 4 - port.utf8.count) + port
        return "\(number): 0100007F:\(digits) 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0"
            + " \(number) 1 000000002cb0eacc 100 0 0 10 0\n"
    }

    @Test("A table of many pages is read completely for any page boundary") func many() throws {
        let tree = try TemporaryTree()
        try tree.file("tcp", Self.heading + (1...5000).map(Self.line).joined())
        let table = try ProcNet(root: tree.path).table()
        #expect(Set(table.all.map(\.inode)) == Set(1...5000))
    }

    @Test("Of /proc/net only the sockets of one port are returned") func onePort() throws {
        let tree = try TemporaryTree()
        try tree.file("tcp", Self.heading + (1...100).map(Self.line).joined())
        #expect(try ProcNet(root: tree.path).table(port: 40).all.map(\.inode) == [40])
    }

    @Test("A kernel without IPv6 still has IPv4 sockets; one without either has no table") func families() throws {
        let tree = try TemporaryTree()
        #expect(throws: SystemCallError("open", tree.path + "/tcp", code: ENOENT)) {
            try ProcNet(root: tree.path).table()
        }
        try tree.file("tcp", Self.heading + Self.line(7))
        #expect(try ProcNet(root: tree.path).table().count == 1)
        try tree.file("tcp6", Self.heading + Self.line(8))
        #expect(try ProcNet(root: tree.path).table().count == 2)
    }

    @Test(
        "A file that is empty or has no line ends is a fault, not a host without sockets",
        arguments: [0, 600, 65536, 200_000])
    func noLines(count: Int) throws {
        let tree = try TemporaryTree()
        try tree.file("tcp", String(repeating: "0", count: count))
        #expect(throws: SystemCallError("read", tree.path + "/tcp", code: EBADMSG)) {
            try ProcNet(root: tree.path).table()
        }
    }

    static let holdings: [Holding] = [
        .free, .listening("127.0.0.1"), .listening("0.0.0.0"), .listening("::"), .listening("::", isIPv6Only: true),
        .listening("::1"), .bound("127.0.0.1"), .bound("::"), .source("127.0.0.1"), .source("::1", isBound: true),
        .accepted("127.0.0.1"), .accepted("::"), .selfConnected("127.0.0.1"), .selfConnected("::1"),
        .selfConnected("::ffff:127.0.0.1"), .timeWait("127.0.0.1"), .timeWait("::1"),
    ]

    @Test(
        "/proc shows the same sockets as sock_diag, except those that are only bound",
        .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"), arguments: holdings)
    func comparison(holding: Holding) throws {
        let (shown, expected) = try PrivateNetwork.run {
            let sockets = try holding.take(40002)
            defer { withExtendedLifetime(sockets) {} }
            let shown = try ProcNet().table().all
            var diag = try SockDiag()
            return (Set(shown), Set(try diag.table().all.compactMap(Self.recordInProc)))
        }
        #expect(shown == expected)
    }

    @Test(
        "/proc shows an unprivileged user the same sockets, with the user of each",
        .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
    func unprivileged() throws {
        let sockets = try PrivateNetwork.run {
            let mine = try Holding.listening("127.0.0.1").take(40002)
            try Privileges.drop()
            let other = try Holding.listening("127.0.0.1").take(40004)
            defer { withExtendedLifetime((mine, other)) {} }
            return try ProcNet().table().all.map { "\($0.local) \($0.uid)" }.sorted()
        }
        #expect(sockets == ["127.0.0.1:40002 0", "127.0.0.1:40004 \(Privileges.unprivilegedUser)"])
    }

    /// The record in /proc for a socket from sock_diag.
    private static func recordInProc(_ socket: SocketRecord) -> SocketRecord? {
        var socket = socket
        socket.controlGroup = nil
        socket.isIPv6Only = false
        return socket.state == .closed ? nil : socket
    }
}
