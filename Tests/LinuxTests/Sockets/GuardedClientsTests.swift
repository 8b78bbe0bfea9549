// Clients without rights reconnect to a free port as they do while a server is down, with the kernel's free choice of port.

import Glibc
import SelfConnect
import TestSupport
import Testing

@testable import Linux

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct GuardedClientsTests {
    /// SELFCONNECTD_GUARD_CONNECTS: the number of connects of each kind in the default range. Without it, fewer in a
    /// small range.
    private static let connects = getenv("SELFCONNECTD_GUARD_CONNECTS").flatMap { Int(String(cString: $0)) }
    private static let range = connects == nil ? PortRange(40000, 41000) : PortRange(32768, 60999)

    @Test(
        "Clients connect to themselves without the guard and never with it",
        arguments: ClientKind.allCases.filter { $0 != .range || KernelFeature.hasLocalPortRange })
    func connects(_ kind: ClientKind) throws {
        let count = Self.connects ?? TestScale.repetitions(8000)
        // Those that bind an address are given odd ports first, others even ones.
        let endpoint = Endpoint(.loopback4, Self.range.first + (kind == .bind ? 11 : 10))
        let range = Self.range
        let (without, with) = try PrivateNetwork.run(range: range, reserved: "") {
            try Privileges.drop()
            // On average the first one comes within as many connects as the range has ports.
            let without = try Self.selfConnections(
                kind, to: endpoint, in: range, of: count, untilFirst: 100 * Int(range.count))
            let held = try GuardSocket(on: endpoint)
            let with = try Self.selfConnections(kind, to: endpoint, in: range, of: count)
            _ = consume held
            return (without, with)
        }
        if Self.connects != nil {
            print("guard:", kind, count, "connects:", without, "self-connections without,", with, "with")
        }
        #expect(without > 0 && with == 0)
    }

    /// The number of self-connections of `count` connects. While there is none, the connects continue, up to `limit`.
    private static func selfConnections(
        _ kind: ClientKind, to endpoint: Endpoint, in range: PortRange, of count: Int, untilFirst limit: Int = 0
    ) throws -> Int {
        var selfConnections = 0
        var connects = 0
        while connects < count || (selfConnections == 0 && connects < limit) {
            connects += 1
            let client = try PlainSocket(for: endpoint.address)
            try client.resetOnClose()
            if kind == .bindLate { try client.choosePortLate() }
            if kind == .range { try client.choosePort(from: range) }
            if kind.bindsAddress { try client.bind(to: Endpoint(endpoint.address, 0)) }
            guard (try? client.connect(to: endpoint)) != nil else { continue }
            selfConnections += try client.isSelfConnected() ? 1 : 0
        }
        return selfConnections
    }
}
