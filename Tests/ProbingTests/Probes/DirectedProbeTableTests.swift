// The table of docs/kernel-facts.md, compared with the running kernel: every way of holding a port, every kind of
// address, every client kind.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct DirectedProbeTableTests {
    /// The outcome of each kind's probe on each address. Three letters per address, for `connect` and `range`, for
    /// `bind` and for `bind-late`: S self-connected, R refused, N not available.
    struct Row: Sendable, CustomTestStringConvertible {
        let holding: Holding
        let outcomes: [Substring]

        init(_ outcomes: String, _ holding: Holding) {
            self.holding = holding
            self.outcomes = outcomes.split(separator: " ")
        }

        var testDescription: String { "\(holding)" }
    }

    static let addresses = [
        "127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1", "127.0.0.2", "127.0.1.1", "192.168.77.1", "192.168.77.2",
        "::1", "::", "2001:db8:77::1", "2001:db8:77::2", "fe80::77%v0",
    ]

    // The columns are `addresses`: 127.0.0.1, 0.0.0.0, mapped 127.0.0.1, 127.0.0.2, 127.0.1.1, primary, secondary,
    // ::1, ::, two global ones, link-local.
    static let rows = [
        Row("SSS SSS SSS RSS RSS SSS RSS SSS SSS SSS SSS SSS", .free),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .listening("127.0.0.1")),
        Row("NNN NNN NNN NNN NNN NNN NNN NSN NNN NSN NSN NSN", .listening("0.0.0.0")),
        Row("NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN", .listening("::")),
        Row("NSN NSN NSN NSN NSN NSN NSN NNN NNN NNN NNN NNN", .listening("::", isIPv6Only: true)),
        Row("NSN NSN NSN NSN NSN NSN NSN NNN NNN NSN NSN NSN", .listening("::1")),
        Row("NSN NNN NSN NSN NSN NNN NSN NSN NNN NSN NSN NSN", .listening("192.168.77.1")),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .bound("127.0.0.1")),
        Row("NNN NNN NNN NNN NNN NNN NNN NSN NNN NSN NSN NSN", .bound("0.0.0.0")),
        Row("NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN NNN", .bound("::")),
        Row("NSN NSN NSN NSN NSN NSN NSN NNN NNN NNN NNN NNN", .bound("::", isIPv6Only: true)),
        Row("NSN NSN NSN NSN NSN NSN NSN NNN NNN NSN NSN NSN", .bound("::1")),
        Row("SNS SNS SNS RSS RSS SSS RSS SSS SNS SSS SSS SSS", .source("127.0.0.1")),
        Row("SSS SNS SSS RSS RSS SSS RSS SNS SNS SSS SSS SSS", .source("::1")),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .source("127.0.0.1", isBound: true)),
        Row("NSN NSN NSN NSN NSN NSN NSN NNN NNN NSN NSN NSN", .source("::1", isBound: true)),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .accepted("127.0.0.1")),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .accepted("::")),
        Row("NNN NNN NNN RSS RSS SSS RSS SSS SNS SSS SSS SSS", .selfConnected("127.0.0.1")),
        Row("SSS SNS SSS RSS RSS SSS RSS NNN NNN SSS SSS SSS", .selfConnected("::1")),
        Row("NNN NNN NNN NSN NSN NSN NSN NSN NNN NSN NSN NSN", .selfConnected("127.0.0.1", isBound: true)),
        Row("NNN NNN NNN RSS RSS SSS RSS SSS SNS SSS SSS SSS", .timeWait("127.0.0.1")),
        Row("SSS SNS SSS RSS RSS SSS RSS NNN NNN SSS SSS SSS", .timeWait("::1")),
    ]

    @Test("The outcome of a probe is that of the table", arguments: rows) func table(row: Row) throws {
        let seen = try PrivateNetwork.run {
            try VirtualPair.make()
            // Otherwise the kernel reuses the port of a TIME_WAIT on loopback after a second.
            try PrivateNetwork.write("0", to: "net/ipv4/tcp_tw_reuse")
            // One port per address: on some kernels a `bind` probe beside a connection changes the outcome of the next
            // ones.
            return try zip(Self.addresses, stride(from: UInt16(40002), to: 40100, by: 2)).map { address, port in
                let sockets = try row.holding.take(port)
                defer { withExtendedLifetime(sockets) {} }
                return try Self.outcomes(of: Endpoint(IPAddress(address), port))
            }
        }
        for (address, (seen, expected)) in zip(Self.addresses, zip(seen, row.outcomes)) {
            #expect(seen == expected, "\(row.holding), to \(address)")
        }
    }

    @Test("A reserved port is given to no client on any address", arguments: addresses)
    func reserved(address: String) throws {
        let seen = try PrivateNetwork.run {
            try VirtualPair.make()
            return try Self.outcomes(of: Endpoint(IPAddress(address), 40505))
        }
        #expect(seen == "NNN")
    }

    /// Three letters, or four words if `range` and `connect` differ.
    private static func outcomes(of endpoint: Endpoint) throws -> String {
        let kernel = try KernelSurvey().read()
        let address = AddressFacts(isOwn: true, routeSource: nil)
        // Longer than the kernel's retransmission timeout of a lost SYN, so that a busy machine does not matter.
        var probe = DirectedProbe(timeout: .seconds(5))
        func outcome(_ kind: ClientKind) throws -> Observation.Outcome {
            try probe.run(kind, to: endpoint, kernel: kernel, address: address).outcome
        }
        let (connect, bindLate, range) = (try outcome(.connect), try outcome(.bindLate), try outcome(.range))
        let bind = try outcome(.bind)
        guard range == connect else { return "\([connect, bind, bindLate, range])" }
        return [connect, bind, bindLate].map(letter).joined()
    }

    private static func letter(_ outcome: Observation.Outcome) -> String {
        switch outcome {
        case .selfConnected: "S"
        case .refused: "R"
        case .notAvailable: "N"
        default: outcome.rawValue
        }
    }
}
