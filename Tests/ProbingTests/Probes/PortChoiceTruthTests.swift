// Clients that bind an address first with SO_REUSEADDR, on the running kernel, as described in docs/kernel-facts.md.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct PortChoiceTruthTests {
    private static let autobind = "net/ipv4/ip_autobind_reuse"

    /// The ports that this many consecutive clients get from bind(address, 0).
    private static func ports(_ count: Int, reusesAddress: Bool) throws -> [UInt16] {
        try (0..<count).map { _ in
            let client = try TCPSocket(for: .loopback4, reusesAddress: reusesAddress)
            try client.bind(to: .loopback4)
            return try client.localEndpoint().port
        }
    }

    @Test(
        "A client that binds with SO_REUSEADDR is given ports of the lower half of the range, twice as often",
        arguments: [40099, 40100])
    func lowerHalf(last: UInt16) throws {
        let range = PortRange(40000, last)
        let (reusing, plain) = try PrivateNetwork.run(range: range, reserved: "") {
            (try Self.ports(20_000, reusesAddress: true), try Self.ports(20_000, reusesAddress: false))
        }
        #expect(reusing.allSatisfy { $0 < 40050 && $0 % 2 == 1 })
        #expect(plain.count { $0 >= 40050 } > 9000 && plain.allSatisfy { $0 % 2 == 1 })
        let (half, whole) = (reusing.count { $0 == 40021 }, plain.count { $0 == 40021 })
        // 800 and 400, with standard deviations of 28 and 20.
        #expect(half > 650 && half < 950 && whole > 280 && whole < 520)
    }

    @Test("The upper half of the range is used when the lower half is exhausted", arguments: [0, 1])
    func upperHalf(reuse: Int) throws {
        let ports = try PrivateNetwork.run(range: PortRange(40000, 40015), reserved: "") {
            try PrivateNetwork.write("\(reuse)", to: Self.autobind)
            let lower = try (40000..<40008).map { port in
                let socket = try TCPSocket(for: .loopback4)
                try socket.bind(to: Endpoint(.loopback4, UInt16(port)))
                return Kept(socket)
            }
            defer { withExtendedLifetime(lower) {} }
            return try Self.ports(500, reusesAddress: true)
        }
        #expect(Set(ports) == [40009, 40011, 40013, 40015], "free ports come before shared ones")
    }

    @Test("With net.ipv4.ip_autobind_reuse ports are shared when the range is exhausted", arguments: [false, true])
    func autobindReuse(reuses: Bool) throws {
        let (given, refused) = try PrivateNetwork.run(range: PortRange(40000, 40007), reserved: "") {
            try PrivateNetwork.write(reuses ? "1" : "0", to: Self.autobind)
            let all = try (40000..<40008).map { port in
                let socket = try TCPSocket(for: .loopback4)
                try socket.bind(to: Endpoint(.loopback4, UInt16(port)))
                return Kept(socket)
            }
            defer { withExtendedLifetime(all) {} }
            return (try? Self.ports(1, reusesAddress: true), try? Self.ports(1, reusesAddress: false))
        }
        #expect((given != nil) == reuses)
        #expect(refused == nil)
    }

    @Test(
        "The verdict does not treat a shared port as free",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: [
            Holding.source("127.0.0.1", reusesAddress: true), .source("127.0.0.1", isBound: true, reusesAddress: true),
            .source("127.0.0.1"), .listening("127.0.0.1"), .bound("127.0.0.1"), .selfConnected("127.0.0.1"), .free,
        ], [false, true])
    func verdict(holding: Holding, reuses: Bool) throws {
        let finding = try PrivateNetwork.run(range: PortRange(40000, 40015), reserved: "") {
            try PrivateNetwork.write(reuses ? "1" : "0", to: Self.autobind)
            let sockets = try holding.take(40007)
            defer { withExtendedLifetime(sockets) {} }
            return try Survey.survey(try Endpoint("127.0.0.1:40007"), for: [.bind])
        }
        let level = finding.assessment.exposures[.bind]?.level
        let isUnseen = finding.evidence.holders.isEmpty && holding != .free
        if isUnseen && !finding.evidence.kernel.showsBoundSockets { return }
        #expect(level == (holding == .free ? .likely : Exposure.Level.none), "\(finding.assessment.reason)")
        #expect(finding.evidence.kernel.autobindReuse == reuses)
    }
}

/// A socket among others.
private final class Kept {
    private let socket: TCPSocket

    init(_ socket: consuming TCPSocket) { self.socket = socket }
}
