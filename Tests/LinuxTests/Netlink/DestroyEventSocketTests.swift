import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

/// What the kernel announces of the end of a socket, each row of the table in docs/kernel-facts.md.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct DestroyEventSocketTests {
    /// What is done on port 40100, and what it means.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let events: [String]
        let range: PortRange
        let act: @Sendable () throws -> Void

        init(
            _ description: String, _ events: String..., range: PortRange = PortRange(40000, 41000),
            act: @escaping @Sendable () throws -> Void
        ) {
            testDescription = description
            self.events = events
            self.range = range
            self.act = act
        }
    }

    private static let port: UInt16 = 40100
    private static let mapped = IPAddress.v6(IPv6Address(mapping: .loopback))
    private static let any6 = IPAddress.v6(IPv6Address(high: 0, low: 0))

    static let rows = [
        Row("a listener on IPv4", "server 127.0.0.1:40100") {
            _ = try PlainSocket.listener(on: Endpoint(.loopback4, port))
        },
        Row("a listener on both families", "server [::]:40100") {
            _ = try PlainSocket.listener(on: Endpoint(any6, port))
        },
        Row("a bound socket", "server [::1]:40100") {
            try PlainSocket(for: .loopback6).bind(to: Endpoint(.loopback6, port))
        },
        Row("a self-connection", "selfConnection 127.0.0.1:40100 0") { _ = try selfConnection(.loopback4) },
        Row("a self-connection on IPv6", "selfConnection [::1]:40100 0") { _ = try selfConnection(.loopback6) },
        Row("a self-connection of an IPv6 socket on IPv4", "selfConnection [::ffff:127.0.0.1]:40100 0") {
            _ = try selfConnection(mapped)
        },
        Row("a self-connection that has read what it sent", "ambiguous 127.0.0.1:40100 10") {
            let socket = try selfConnection(.loopback4)
            #expect(socket.send([UInt8](repeating: 7, count: 10)) && socket.receive(10))
        },
        Row("a self-connection that has read some of it", "ambiguous 127.0.0.1:40100 10") {
            let socket = try selfConnection(.loopback4)
            #expect(socket.send([UInt8](repeating: 7, count: 10)) && socket.receive(5))
        },
        Row("a self-connection that has read nothing of it", "ambiguous [::1]:40100 10") {
            let socket = try selfConnection(.loopback6)
            #expect(socket.send([UInt8](repeating: 7, count: 10)))
        },
        Row("a self-connection that its owner resets") { try selfConnection(.loopback4).resetOnClose() },
        Row("an attempt that is refused", range: PortRange(port, port)) {
            let client = try PlainSocket(for: .loopback4)
            #expect(throws: SystemCallError.self) { try client.connect(to: Endpoint(.loopback4, 30_000)) }
        },
        Row("a connection and the server's end of it", "server 127.0.0.1:40100") {
            let listener = try PlainSocket.listener(on: Endpoint(.loopback4, port))
            let client = try PlainSocket(for: .loopback4)
            try client.connect(to: Endpoint(.loopback4, port))
            _ = try listener.accept()
        },
        Row("a server's bind() that was tried", "probe 127.0.0.1:40100") {
            let answer = try ServerBind.attempt(at: Endpoint(.loopback4, port))
            #expect(answer == .possible)
        },
        Row("a probe that is connected to itself") {
            let socket = try TCPSocket(for: .loopback4)
            try socket.bind(to: Endpoint(.loopback4, port))
            let names = try socket.connect(to: SocketAddress(Endpoint(.loopback4, port)))
            #expect(names.local == names.peer)
        },
    ]

    @Test("The kernel announces the end of a socket", arguments: rows) func ends(row: Row) throws {
        #expect(try Self.announced(row) == row.events)
    }

    @Test("The kernel announces the same to an unprivileged user", arguments: rows) func unprivileged(row: Row) throws {
        #expect(try Self.announced(row, isUnprivileged: true) == row.events)
    }

    @Test("Ports outside the filter are not announced as soon as the filter is replaced")
    func otherPorts() throws {
        try PrivateNetwork.run {
            var socket = try DestroyEventSocket(passing: PortSet(ports: [40100, 40200]))
            try socket.filter(passing: PortSet(ports: [40200]))
            _ = try PlainSocket.listener(on: Endpoint(.loopback4, 40100))
            #expect(try Self.all(of: &socket) == [])
        }
    }

    @Test(
        "A redirected connection is never announced as a self-connection",
        .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"))
    func redirected() throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(from: "40100-40101")
            var socket = try DestroyEventSocket(passing: PortSet(ports: [40100, 40101, 40200]))
            for (port, isServerFirst) in [(UInt16(40100), false), (40101, true)] {
                let client = try PlainSocket(for: .loopback4)
                try client.connect(to: Endpoint(.loopback4, port), from: PortRange(port, port))
                #expect(try client.isSelfConnected())
                var ends = [client, try service.listeners[0].accept()]
                if isServerFirst { ends.reverse() }
                ends.removeFirst()
            }
            let events = try Self.all(of: &socket)
            #expect(!events.contains { $0.hasPrefix("selfConnection") || $0.hasPrefix("ambiguous") }, "\(events)")
        }
    }

    @Test("A queue overrun is reported once, and later events are announced when the queue is empty")
    func overrun() throws {
        try PrivateNetwork.run {
            var socket = try DestroyEventSocket(passing: PortSet(ports: [40100, 40200]), queueSize: 1)
            #expect(
                try Waiting.holds {
                    for _ in 0..<100 { _ = try PlainSocket.listener(on: Endpoint(.loopback4, 40100)) }
                    return try socket.read(atMost: 1000).overruns > 0
                })
            // It finds the end that it waits for.
            _ = try Self.all(of: &socket)
        }
    }

    private static func selfConnection(_ address: IPAddress) throws -> PlainSocket {
        let socket = try PlainSocket(for: address)
        try socket.bind(to: Endpoint(address, port))
        try socket.connect(to: Endpoint(address, port))
        return socket
    }

    private static func announced(_ row: Row, isUnprivileged: Bool = false) throws -> [String] {
        try PrivateNetwork.run(range: row.range) {
            if isUnprivileged { try Privileges.drop() }
            var socket = try DestroyEventSocket(passing: PortSet(ports: [port, 40200]))
            try row.act()
            return try all(of: &socket, expecting: row.events.count)
        }
    }

    /// All that is announced of what has ended before. The kernel announces a little later: what comes is waited for until an end
    /// that came after it is known, and for as many as are expected: its queue of work has no order between processors
    /// (`sock_diag_broadcast_destroy`).
    private static func all(of socket: inout DestroyEventSocket, expecting count: Int = 0) throws -> [String] {
        var events: [String] = []
        func read() throws { events += try socket.read(atMost: 1000).events.map(Self.text) }
        let last = "server [::1]:40200"
        #expect(
            try Waiting.holds {
                // One may be lost while a queue that ran over is not empty yet.
                _ = try PlainSocket.listener(on: Endpoint(.loopback6, 40200))
                try read()
                return events.contains(last) && events.count { $0 != last } >= count
            })
        Thread.sleep(.milliseconds(20))
        try read()
        return events.filter { $0 != last }
    }

    private static func text(_ event: DestroyEvent) -> String {
        switch event.meaning {
        case .selfConnection, .ambiguous: "\(event.meaning) \(event.local) \(event.bytesSent)"
        case .probe, .server, .other: "\(event.meaning) \(event.local)"
        }
    }
}
