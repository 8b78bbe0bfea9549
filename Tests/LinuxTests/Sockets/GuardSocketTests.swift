// Both tables of docs/kernel-facts.md, "The guard": the range is the one port, so that the kernel gives each client that
// port or none, on every kernel.

import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct GuardSocketTests {
    private static let port: UInt16 = 40002
    private static let range = PortRange(port, port)

    /// How a client comes by its source port.
    enum Choice: Sendable { case connect, bind, bindReusing, bindLate }

    @Test(
        "No client is given the guarded port, except those that bind another address",
        arguments: [
            (.connect, "127.0.0.1", "EADDRNOTAVAIL"), (.connect, "127.0.0.2", "EADDRNOTAVAIL"),
            (.connect, "::1", "EADDRNOTAVAIL"), (.bindLate, "127.0.0.1", "EADDRNOTAVAIL"),
            (.bindLate, "127.0.0.2", "EADDRNOTAVAIL"), (.bindLate, "::1", "EADDRNOTAVAIL"),
            (.bind, "127.0.0.1", "EADDRINUSE"), (.bindReusing, "127.0.0.1", "EADDRINUSE"), (.bind, "127.0.0.2", nil),
            (.bind, "::1", nil), (.bindReusing, "::1", nil),
        ] as [(Choice, String, String?)])
    func clients(_ choice: Choice, _ address: String, _ error: String?) throws {
        let outcome = try PrivateNetwork.run(range: Self.range, reserved: "") {
            let held = try GuardSocket(on: Endpoint(.loopback4, Self.port))
            let outcome = try Self.connect(choice, to: Endpoint(IPAddress(address), Self.port))
            _ = consume held
            return outcome
        }
        #expect(outcome == error ?? "self-connected")
    }

    @Test(
        "Without the guard each of these clients is given the port",
        arguments: [Choice.connect, .bind, .bindReusing, .bindLate])
    func without(_ choice: Choice) throws {
        let outcome = try PrivateNetwork.run(range: Self.range, reserved: "") {
            try Self.connect(choice, to: Endpoint(.loopback4, Self.port))
        }
        #expect(outcome == "self-connected")
    }

    @Test(
        "A server that sets SO_REUSEADDR binds, listens and accepts beside the guard",
        arguments: ["0.0.0.0", "127.0.0.1", "::"])
    func servers(_ address: String) throws {
        try PrivateNetwork.run {
            let held = try GuardSocket(on: Endpoint(.loopback4, Self.port))
            let endpoint = Endpoint(try IPAddress(address), Self.port)
            for _ in 0..<10 {
                let server = try PlainSocket.listener(on: endpoint, reusesAddress: true)
                let client = try PlainSocket(for: .loopback4)
                try client.connect(to: Endpoint(.loopback4, Self.port))
                // The server's end goes first, and leaves its TIME_WAIT on the port.
                _ = try server.accept()
            }
            #expect(held.endpoint == Endpoint(.loopback4, Self.port), "it stays when the server goes")
        }
    }

    @Test("A server without SO_REUSEADDR is refused the port", arguments: ["0.0.0.0", "127.0.0.1", "::"])
    func strictServers(_ address: String) throws {
        try PrivateNetwork.run {
            let held = try GuardSocket(on: Endpoint(.loopback4, Self.port))
            let endpoint = Endpoint(try IPAddress(address), Self.port)
            let error = #expect(throws: SystemCallError.self) { try PlainSocket.listener(on: endpoint) }
            #expect(error?.code == EADDRINUSE)
            _ = consume held
        }
    }

    @Test("A server of the same user with only SO_REUSEPORT binds, because the guard sets it too")
    func sharing() throws {
        try PrivateNetwork.run {
            let endpoint = Endpoint(.loopback4, Self.port)
            let held = try GuardSocket(on: endpoint)
            let server = try PlainSocket(for: .loopback4)
            try server.sharePort()
            try server.bind(to: endpoint)
            try server.listen()
            _ = consume held
        }
        try PrivateNetwork.run {
            let endpoint = Endpoint(.loopback4, Self.port)
            let reusing = try PlainSocket(for: .loopback4, reusesAddress: true)
            try reusing.bind(to: endpoint)
            let server = try PlainSocket(for: .loopback4)
            try server.sharePort()
            let error = #expect(throws: SystemCallError.self) { try server.bind(to: endpoint) }
            #expect(error?.code == EADDRINUSE)
        }
    }

    @Test(
        "A guard cannot bind while a server listens or beside a connection without SO_REUSEADDR",
        arguments: [
            (.listening("127.0.0.1"), false), (.listening("0.0.0.0"), false), (.source("127.0.0.1"), false),
            (.source("127.0.0.1", reusesAddress: true), true), (.free, true),
        ] as [(Holding, Bool)])
    func taking(_ holding: Holding, _ isPossible: Bool) throws {
        try PrivateNetwork.run {
            let sockets = try holding.take(Self.port)
            do throws(SystemCallError) {
                _ = try GuardSocket(on: Endpoint(.loopback4, Self.port))
                #expect(isPossible)
            } catch {
                #expect(!isPossible && error.isAddressInUse)
            }
            withExtendedLifetime(sockets) {}
        }
    }

    @Test("Two guards can hold one port, and a guard that is handed over is recognised") func handedOver() throws {
        try PrivateNetwork.run {
            let endpoint = Endpoint(.loopback6, Self.port)
            let first = try GuardSocket(on: endpoint)
            let second = try GuardSocket(on: endpoint)
            #expect(first.inode != second.inode)
            let inherited = try GuardSocket(inherited: Descriptor(owning: dup(first.number)), name: "guard")
            #expect(inherited.endpoint == endpoint && inherited.inode == first.inode)
            let listener = try PlainSocket.listener(on: Endpoint(.loopback4, Self.port), reusesAddress: true)
            let error = #expect(throws: SystemCallError.self) {
                try GuardSocket(inherited: Descriptor(owning: dup(listener.number)), name: "guard")
            }
            #expect(error?.code == EINVAL)
        }
    }

    /// What a client that connects to the port comes to.
    private static func connect(_ choice: Choice, to endpoint: Endpoint) throws -> String {
        let client = try PlainSocket(for: endpoint.address, reusesAddress: choice == .bindReusing)
        do {
            if choice == .bindLate { try client.choosePortLate() }
            if choice != .connect { try client.bind(to: Endpoint(endpoint.address, 0)) }
            try client.connect(to: endpoint)
            return try client.isSelfConnected() ? "self-connected" : "connected"
        } catch let error as SystemCallError {
            return error.name
        }
    }
}
