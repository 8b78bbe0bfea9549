import CLinux
import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct SockDiagTests {
    /// How a port is held, and the resulting sockets in the table.
    struct Row: Sendable, CustomTestStringConvertible {
        let holding: Holding
        let sockets: Set<String>

        init(_ holding: Holding, _ sockets: String...) {
            self.holding = holding
            self.sockets = Set(sockets)
        }

        /// The sockets that this kernel shows.
        var shown: Set<String> {
            KernelFeature.showsBoundSockets ? sockets : sockets.filter { !$0.hasPrefix("closed ") }
        }

        var testDescription: String { "\(holding)" }
    }

    static let rows = [
        Row(.free),
        Row(.listening("127.0.0.1"), "listen 127.0.0.1:40002 0.0.0.0:0"),
        Row(.listening("0.0.0.0"), "listen 0.0.0.0:40002 0.0.0.0:0"),
        Row(.listening("::"), "listen [::]:40002 [::]:0"),
        Row(.listening("::", isIPv6Only: true), "listen [::]:40002 [::]:0 only"),
        Row(.listening("::1"), "listen [::1]:40002 [::]:0 only"),
        Row(.bound("127.0.0.1"), "closed 127.0.0.1:40002 0.0.0.0:0"),
        Row(.bound("::"), "closed [::]:40002 [::]:0"),
        Row(.bound("::", isIPv6Only: true), "closed [::]:40002 [::]:0 only"),
        Row(.source("127.0.0.1"), "established 127.0.0.1:40002 127.0.0.1:30000"),
        Row(.source("::1", isBound: true), "established [::1]:40002 [::1]:30000"),
        Row(.selfConnected("127.0.0.1"), "established 127.0.0.1:40002 127.0.0.1:40002"),
        Row(.selfConnected("::1"), "established [::1]:40002 [::1]:40002"),
        Row(
            .selfConnected("::ffff:127.0.0.1"),
            "established [::ffff:127.0.0.1]:40002 [::ffff:127.0.0.1]:40002"),
        Row(.timeWait("127.0.0.1"), "timeWait 127.0.0.1:40002 127.0.0.1:40002"),
        Row(.timeWait("::1"), "timeWait [::1]:40002 [::1]:40002"),
    ]

    @Test("The table shows how a port is held", arguments: rows) func holders(row: Row) throws {
        #expect(try Self.table(row.holding) == row.shown)
    }

    @Test("The table is the same for an unprivileged user", arguments: rows) func unprivileged(row: Row) throws {
        #expect(try Self.table(row.holding, isUnprivileged: true) == row.shown)
    }

    /// A socket that is only bound, if the kernel shows these: they are reported in a different way.
    private static func shown(on address: String) -> Holding {
        KernelFeature.showsBoundSockets ? .bound(address) : .listening(address)
    }

    @Test("A query for one port returns only the sockets of that port") func onePort() throws {
        let ports = try PrivateNetwork.run {
            let sockets = try [40002, 40004, 40006].map { try Self.shown(on: "127.0.0.1").take($0) }
            let server = try Holding.listening("::").take(40008)
            var diag = try SockDiag()
            let tables = try [40004, 40008, 40010].map { try diag.table(port: $0).all.map(\.local.port) }
            withExtendedLifetime((sockets, server)) {}
            return tables
        }
        #expect(ports == [[40004], [40008], []])
    }

    @Test("A socket has its inode, its user and its control group") func ownership() throws {
        let (inode, socket) = try PrivateNetwork.run {
            let server = try PlainSocket.listener(on: Endpoint("127.0.0.1:40002"))
            var status = stat()
            fstat(server.number, &status)
            var diag = try SockDiag()
            return (UInt32(status.st_ino), try diag.table().sockets(on: 40002).first)
        }
        #expect(socket?.inode == inode)
        #expect(socket?.uid == getuid())
        #expect(socket?.controlGroup != nil)
    }

    @Test("The sockets of another namespace are not seen") func otherNamespace() throws {
        let count = try PrivateNetwork.run {
            let server = try PlainSocket.listener(on: Endpoint("127.0.0.1:40002"))
            defer { withExtendedLifetime(server) {} }
            return try PrivateNetwork.run {
                var diag = try SockDiag()
                return try diag.table().count
            }
        }
        #expect(count == 0)
    }

    @Test("A table of 1,000 sockets is complete, in many datagrams") func many() throws {
        let ports = try PrivateNetwork.run(range: PortRange(30000, 39999)) {
            let addresses = ["127.0.0.1", "::1"]
            let sockets = try (0..<1000).map { try Self.shown(on: addresses[Int($0) % 2]).take(30000 + $0) }
            var diag = try SockDiag()
            let table = try diag.table()
            withExtendedLifetime(sockets) {}
            return Set(table.all.map(\.local.port))
        }
        #expect(ports == Set(30000..<31000))
    }

    @Test("One request for both families returns the sockets that one per family returns, for each port and selection")
    func bothFamilies() throws {
        try PrivateNetwork.run {
            let sockets =
                try Holding.listening("127.0.0.1").take(40002) + Holding.listening("::").take(40004)
                + Holding.selfConnected("::1").take(40006) + Holding.bound("127.0.0.1").take(40008)
            var diag = try SockDiag()
            for port in [0, 40002, 40004, 40006] as [UInt16] {
                for selection in [SockDiagSelection.all, .listenersAndConnections, .listeners] {
                    let both = try #require(try diag.tableOfBothFamilies(port: port, selection))
                    let each = try diag.tableOfEachFamily(port: port, selection)
                    #expect(Set(both.all) == Set(each.all) && each.gaps.isEmpty, "\(port) \(selection)")
                }
            }
            withExtendedLifetime(sockets) {}
        }
    }

    @Test("Whether the kernel shows bound sockets is tested with a socket that is closed afterwards")
    func bound() throws {
        let (shows, isSeen, left) = try PrivateNetwork.run {
            var diag = try SockDiag()
            let shows = try diag.showsBoundSockets()
            let left = try diag.table().count
            let socket = try Holding.bound("127.0.0.1").take(40002)
            let isSeen = try !diag.table().sockets(on: 40002).isEmpty
            withExtendedLifetime(socket) {}
            return (shows, isSeen, left)
        }
        #expect(shows == isSeen)
        #expect(left == 0)
    }

    /// The sockets on port 40002 as text, in a new namespace where it is held like this.
    private static func table(_ holding: Holding, isUnprivileged: Bool = false) throws -> Set<String> {
        try PrivateNetwork.run {
            let sockets = try holding.take(40002)
            if isUnprivileged { try Privileges.drop() }
            var diag = try SockDiag()
            let table = try diag.table()
            withExtendedLifetime(sockets) {}
            return Set(
                table.sockets(on: 40002).map {
                    "\($0.state) \($0.local) \($0.peer)\($0.isIPv6Only && $0.peer.port == 0 ? " only" : "")"
                })
        }
    }

    @Test(
        "An abandoned dump does not disturb the next one",
        .enabled(if: TestSupport.DescriptorLimit.raise(to: 2048), "needs 2,048 descriptors"))
    func interruptedDump() throws {
        try PrivateNetwork.run {
            // More than fits into the socket's buffer at once: the dump continues.
            let sockets = try (20000..<21000).map { try PlainSocket.listener(on: Endpoint(.loopback4, UInt16($0))) }
            var netlink = try NetlinkSocket(protocol: NETLINK_SOCK_DIAG)
            let request = SockDiagCodec.request(family: AF_INET, states: SockDiagCodec.states)
            func ask(_ record: () throws(SystemCallError) -> Void) throws(SystemCallError) {
                try netlink.request(
                    "dump", type: SockDiagCodec.requestType, flags: NLM_F_DUMP, payload: request, restart: {},
                    record: { _, _ throws(SystemCallError) in try record() })
            }
            #expect(throws: SystemCallError("given up", code: EBADMSG)) {
                try ask { () throws(SystemCallError) in throw SystemCallError("given up", code: EBADMSG) }
            }
            var count = 0
            try ask { count += 1 }
            #expect(count >= 1000)
            withExtendedLifetime(sockets) {}
        }
    }
}
