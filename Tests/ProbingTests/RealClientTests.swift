// What a verdict says about a kind of client is what clients of that kind live through: made with plain sockets and
// the kernel's free choice, in a range small enough for it to happen soon.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct RealClientTests {
    struct Situation: Sendable, CustomTestStringConvertible {
        let holding: Holding
        let endpoint: String
        let range: PortRange

        init(_ endpoint: String, _ holding: Holding = .free, range: PortRange = PortRange(40000, 40015)) {
            self.endpoint = endpoint
            self.holding = holding
            self.range = range
        }

        var testDescription: String { "\(endpoint) in \(range), held by \(holding)" }
    }

    static let situations = [
        Situation("127.0.0.1:40006"), Situation("127.0.0.1:40007"), Situation("[::1]:40006"),
        Situation("[::1]:40007"), Situation("127.0.0.2:40006"), Situation("127.0.0.2:40007"),
        Situation("[::ffff:127.0.0.1]:40006"),
        Situation("127.0.0.1:40006", .listening("127.0.0.2")), Situation("127.0.0.1:40007", .listening("127.0.0.2")),
        Situation("[::1]:40007", .listening("0.0.0.0")), Situation("127.0.0.1:40007", .bound("::1")),
        Situation("127.0.0.1:40007", .source("127.0.0.1")), Situation("127.0.0.1:40006", .source("127.0.0.1")),
        Situation("127.0.0.1:40014", .free, range: PortRange(40010, 40013)),  // outside
        Situation("127.0.0.1:40010"),  // reserved
        Situation("127.0.0.1:40001", .free, range: PortRange(40001, 40016)),  // an odd lower bound
        Situation("127.0.0.1:40016", .free, range: PortRange(40000, 40016)),  // the top of an odd number of ports
    ]

    /// In a range of 16 ports even one chance in sixteen is missed so often once in 10^28 times.
    private static let tries = 1000

    @Test("Each kind's exposure is what its clients live through", arguments: situations)
    func exposures(situation: Situation) throws {
        let (exposures, hits) = try PrivateNetwork.run(range: situation.range, reserved: "40010") {
            let endpoint = try Endpoint(situation.endpoint)
            let sockets = try situation.holding.take(endpoint.port)
            defer { withExtendedLifetime(sockets) {} }
            let exposures = try Survey.look(at: endpoint).assessment.exposures
            let hits = try ClientKind.allCases.map { try Self.hits(as: $0, to: endpoint, range: situation.range) }
            return (exposures, Dictionary(uniqueKeysWithValues: zip(ClientKind.allCases, hits)))
        }
        for kind in ClientKind.allCases {
            let isLikely = exposures[kind]?.level == .likely
            #expect((hits[kind] ?? 0 > 0) == isLikely, "\(kind.rawValue): \(hits), \(exposures)")
        }
    }

    /// How many of the tries connected to themselves; ends with the first.
    private static func hits(as kind: ClientKind, to endpoint: Endpoint, range: PortRange) throws -> Int {
        for _ in 0..<tries {
            let client = try PlainSocket(for: endpoint.address)
            try client.resetOnClose()
            if kind == .range { try client.choosePort(from: range) }
            if kind == .bindLate { try client.choosePortLate() }
            if kind.bindsAddress { try client.bind(to: Endpoint(endpoint.address, 0)) }
            if (try? client.connect(to: endpoint)) != nil { return 1 }
        }
        return 0
    }
}
