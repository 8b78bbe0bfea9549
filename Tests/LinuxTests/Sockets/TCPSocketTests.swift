import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct TCPSocketTests {
    /// One port: the kernel gives every client that port or none.
    private static let range = PortRange(40002, 40002)

    @Test(
        "The choice of port can be narrowed to one",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    func narrowed(address: String) throws {
        let endpoint = Endpoint(try IPAddress(address), 40002)
        let names = try PrivateNetwork.run {
            let socket = try TCPSocket(for: endpoint.address)
            try socket.setLocalPortRange(PortRange(endpoint.port, endpoint.port))
            _ = try socket.connect(to: SocketAddress(endpoint))
            return [try socket.names().local, try socket.names().peer, try socket.localEndpoint()]
        }
        #expect(names == [endpoint, endpoint, endpoint])
    }

    @Test("A close leaves no trace", arguments: ["127.0.0.1", "::1"]) func close(address: String) throws {
        let endpoint = Endpoint(try IPAddress(address), 40002)
        let left = try PrivateNetwork.run(range: Self.range) {
            for _ in 0..<10 { _ = try TCPSocket.connected(to: endpoint) }
            return try PrivateNetwork.socketsLeft()
        }
        #expect(left.isEmpty)
    }

    @Test("A disconnect leaves no trace, and the socket can be reused") func disconnect() throws {
        let (left, again) = try PrivateNetwork.run(range: Self.range) {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let socket = try TCPSocket.connected(to: endpoint)
            try socket.disconnect()
            let left = try PrivateNetwork.socketsLeft()
            let again = try socket.connect(to: SocketAddress(endpoint)).local
            return (left, again)
        }
        #expect(left.isEmpty)
        #expect("\(again)" == "127.0.0.1:40002")
    }

    @Test("A killed process leaves no trace of a probe socket, unlike of other sockets") func killed() throws {
        let (ours, others) = try PrivateNetwork.run(range: Self.range) {
            let endpoint = try Endpoint("127.0.0.1:40002")
            var socket = Optional(try TCPSocket.connected(to: endpoint))
            try PrivateNetwork.handToChild(socket?.number ?? -1) { socket = nil }.killAtOnce()
            let ours = try PrivateNetwork.socketsLeft()
            var plain = Optional(try PlainSocket(for: endpoint.address))
            try plain?.connect(to: endpoint)
            try PrivateNetwork.handToChild(plain?.number ?? -1) { plain = nil }.killAtOnce()
            return (ours, try PrivateNetwork.socketsLeft())
        }
        #expect(ours.isEmpty)
        #expect(others.map(\.state) == [.timeWait])
    }

    @Test("A server that sets SO_REUSEADDR can bind the socket's port; another server cannot") func reuse() throws {
        let (with, without) = try PrivateNetwork.run(range: Self.range) {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let socket = try TCPSocket.connected(to: endpoint)
            defer { extendLifetime(socket) }
            let with = try? PlainSocket.listener(on: endpoint, reusesAddress: true)
            let isBound = with != nil
            extendLifetime(with)
            return (isBound, (try? PlainSocket.listener(on: endpoint)) != nil)
        }
        #expect(with)
        #expect(!without)
    }

    @Test("A bound address gets a port at once, or at connect() if that is requested") func bind() throws {
        let (early, late) = try PrivateNetwork.run {
            let early = try TCPSocket(for: .loopback4)
            try early.bind(to: IPAddress("127.0.0.2"))
            let late = try TCPSocket(for: .loopback4)
            try late.setBindAddressNoPort()
            try late.bind(to: IPAddress("127.0.0.2"))
            return (try early.localEndpoint(), try late.localEndpoint())
        }
        #expect("\(early.address)" == "127.0.0.2")
        #expect(PortRange(40000, 41000).contains(early.port))
        #expect("\(late)" == "127.0.0.2:0")
    }

    @Test("A port without a listener gives ECONNREFUSED, and the error names the endpoint") func refused() throws {
        let error = try PrivateNetwork.run {
            let socket = try TCPSocket(for: .loopback4)
            do throws(SystemCallError) {
                _ = try socket.connect(to: SocketAddress(Endpoint(.loopback4, 30000)))
                return nil as SystemCallError?
            } catch {
                return error
            }
        }
        #expect(error == SystemCallError("connect", "127.0.0.1:30000", code: ECONNREFUSED))
    }

    @Test(
        "A connect() that is never answered ends with its timeout",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"),
        arguments: ["127.0.0.1", "::1"])
    func timeout(address: String) throws {
        let (code, time, left) = try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40800 drop")
            let endpoint = Endpoint(try IPAddress(address), 40800)
            let start = Clock.monotonic
            var code: Int32 = 0
            do {
                let socket = try TCPSocket(for: endpoint.address)
                try socket.setConnectTimeout(.milliseconds(100))
                do throws(SystemCallError) {
                    _ = try socket.connect(to: SocketAddress(endpoint))
                } catch {
                    code = error.code
                }
            }
            return (code, Clock.monotonic - start, try PrivateNetwork.socketsLeft())
        }
        #expect(code == EINPROGRESS)
        // Rounded up to jiffies, and on a busy machine, but far below the kernel's own two minutes.
        #expect(time >= .milliseconds(100))
        #expect(time < .seconds(2))
        #expect(left.isEmpty)
    }
}

extension TCPSocket {
    /// A connected socket; a self-connection if the range has no other port than the endpoint's.
    fileprivate static func connected(to endpoint: Endpoint) throws -> TCPSocket {
        let socket = try TCPSocket(for: endpoint.address)
        _ = try socket.connect(to: SocketAddress(endpoint))
        return socket
    }
}

extension PrivateNetwork {
    /// Passes a connection to a child process, which alone holds it after `close` has closed it here.
    fileprivate static func handToChild(_ number: Int32, _ close: () -> Void) throws -> Child {
        let child = try Child(["sleep", "60"], inheriting: number)
        close()
        let held = try sockets().count { $0.state == .established }
        guard held == 1 else { throw SystemCallError("sleep", "has \(held) connections", code: EPROTO) }
        return child
    }
}
