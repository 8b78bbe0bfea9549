// The verdict about a client kind agrees with real clients of that kind: plain sockets with the kernel's unrestricted
// choice, in a range small enough for it to happen soon.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"))
struct RealClientTests {
    /// A namespace and the holders of a port in it; each address to which clients connect on that port is a row.
    struct Situation: Sendable, CustomTestStringConvertible {
        var port: UInt16
        var holding = Holding.free
        var range = PortRange(40000, 40015)
        var reserved = "40010"
        /// Other ports with listeners.
        var neighbours: [UInt16] = []
        var addresses = loopback

        var testDescription: String {
            "\(port), held by \(holding), in \(range) without \(reserved), beside \(neighbours), to \(addresses)"
        }

        /// Whether it is stable: the kernel reuses the port of a TIME_WAIT for some clients and not for others, and not
        /// at once.
        var isSettled: Bool {
            if case .timeWait = holding { false } else { true }
        }

        /// Whether the holder shows which clients get the port. Only a probe finds a socket that is bound and hidden by the
        /// kernel, and a connection whose port connect() gives to no other client (docs/kernel-facts.md).
        var isDecidable: Bool {
            switch holding {
            case .bound: KernelFeature.hasLocalPortRange || KernelFeature.showsBoundSockets
            case .source(_, isBound: true, _), .accepted: KernelFeature.hasLocalPortRange
            default: true
            }
        }
    }

    static let loopback = ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::ffff:127.0.0.1", "::1", "::"]
    static let card = ["192.168.77.1", "192.168.77.2", "2001:db8:77::1", "fe80::77%v0"]

    private static let even: [UInt16] = [40000, 40002, 40004, 40006, 40008, 40010, 40012, 40014]
    private static let odd = even.map { $0 + 1 }

    private static let holdings: [Holding] = [
        .free, .listening("127.0.0.1"), .listening("127.0.0.2"), .listening("0.0.0.0"), .listening("::"),
        .listening("::", isIPv6Only: true), .listening("::1"), .bound("127.0.0.1"), .bound("0.0.0.0"), .bound("::1"),
        .source("127.0.0.1"), .source("::1"), .source("127.0.0.1", isBound: true), .accepted("127.0.0.1"),
        .selfConnected("127.0.0.1"), .selfConnected("::1"), .timeWait("127.0.0.1"),
    ]

    static let situations =
        // Holders, by parity.
        holdings.flatMap { holding in [40006, 40007].map { Situation(port: $0, holding: holding) } }
        // An odd lower bound; an odd number of ports, where a walk visits the top one in place of the first; few ports.
        + [40001, 40006, 40007].map { Situation(port: $0, range: PortRange(40001, 40016)) }
        + [40000, 40015, 40016].map { Situation(port: $0, range: PortRange(40000, 40016)) }
        + [
            Situation(port: 40016, range: PortRange(40000, 40016), reserved: "40014"),
            Situation(port: 40002, range: PortRange(40002, 40003)),
            Situation(port: 40003, range: PortRange(40002, 40003)),
            Situation(port: 40003, range: PortRange(40003, 40003)),
        ]
        // Reserved: the port itself, several adjacent ports, the preferred ports.
        + [
            Situation(port: 40010), Situation(port: 40010, holding: .listening("127.0.0.1")),
            Situation(port: 40008, reserved: "40000-40007"), Situation(port: 40009, reserved: "40000-40007"),
            Situation(port: 40007, reserved: list(even)), Situation(port: 40006, reserved: list(odd)),
            Situation(port: 40006, reserved: list(even)),
        ]
        // Outside the range.
        + [
            Situation(port: 40016), Situation(port: 39999, holding: .listening("127.0.0.1")), Situation(port: 30001),
        ]
        // Other sockets have the preferred ports.
        + [
            Situation(port: 40007, reserved: "", neighbours: even),
            Situation(port: 40006, reserved: "", neighbours: odd),
            Situation(port: 40006, reserved: "", neighbours: even.filter { $0 != 40006 }),
            Situation(port: 40007, reserved: "", neighbours: even.filter { $0 != 40004 }),
        ]
        // The addresses of a network card: primary, secondary, global and link-local.
        + [.free, .listening("0.0.0.0"), .listening("192.168.77.1"), .bound("::"), .source("192.168.77.1")].flatMap {
            holding in
            [40006, 40007].map { Situation(port: $0, holding: holding, addresses: card) }
        }

    @Test("The table has at least 200 rows") func count() {
        #expect(Self.situations.reduce(0) { $0 + $1.addresses.count } >= 200)
    }

    @Test("The exposure of each client kind matches what its clients experience", arguments: situations)
    func exposures(situation: Situation) throws {
        try Self.compare(situation)
    }

    @Test(
        "Exposures match what clients experience in random situations",
        arguments: [UInt64.random(in: 0 ... .max), 1, 2])
    func chance(seed: UInt64) throws {
        print("real clients: seed \(seed)")
        var chance = SeededChance(seed: seed)
        for _ in 0..<12 { try Self.compare(Situation(using: &chance), "seed \(seed)") }
    }

    private static func compare(_ situation: Situation, _ note: String = "") throws {
        for row in try results(in: situation) {
            for kind in ClientKind.allCases {
                // Kernels without IP_LOCAL_PORT_RANGE have no clients of the kind `range`.
                guard let level = row.exposures[kind]?.level else { continue }
                let hits = row.hits.contains(kind)
                let text = Comment("\(kind.rawValue) to \(row.address): \(level), \(hits) \(note) \(situation)")
                // Never safe if it happens.
                if hits { #expect(level != .none, text) }
                guard situation.isDecidable else { continue }
                #expect(level != .unknown, text)
                // Rare means never while the other parity has a free port. If the kernel's parity could not be
                // determined, both count.
                let isKnown = kind != .range || row.isParityKnown
                if situation.isSettled, isKnown { #expect(hits == (level == .likely), text) }
            }
        }
    }

    /// The result of the survey of an address, and the client kinds that self-connected there.
    private struct Life {
        let address: String
        let exposures: [ClientKind: Exposure]
        let isParityKnown: Bool
        var hits: Set<ClientKind>
    }

    private static func results(in situation: Situation) throws -> [Life] {
        try PrivateNetwork.run(range: situation.range, reserved: situation.reserved) {
            if !Set(situation.addresses).isDisjoint(with: card) { try VirtualPair.make() }
            // First, because the other end of a held connection may get any free port.
            let neighbours = try situation.neighbours.map { try Holding.listening("127.0.0.1").take($0) }
            let sockets = try situation.holding.take(situation.port)
            defer { withExtendedLifetime((sockets, neighbours)) {} }
            var server: PlainSocket?
            if case .listening = situation.holding { server = sockets.first }
            func hits(of kinds: some Sequence<ClientKind>, at address: String) throws -> Set<ClientKind> {
                let endpoint = Endpoint(try IPAddress(address), situation.port)
                return Set(
                    try kinds.filter { try connectsToItself(as: $0, to: endpoint, range: situation.range, server) })
            }
            var lives = try situation.addresses.map { address in
                let finding = try Survey.survey(Endpoint(IPAddress(address), situation.port))
                let exposures = finding.assessment.exposures
                return Life(
                    address: address, exposures: exposures,
                    isParityKnown: finding.evidence.kernel.rangeWalksBothParities != nil,
                    hits: try hits(of: exposures.keys.filter { $0 != .bind }, at: address))
            }
            // Clients that bind come last: on some kernels one beside a connection blocks the port for others.
            for index in lives.indices { lives[index].hits.formUnion(try hits(of: [.bind], at: lives[index].address)) }
            return lives
        }
    }

    /// A lap through a range of 16 ports takes two to four attempts, so these are a hundred laps. A probability of one
    /// in sixteen is missed that often once in 10^11 cases: with a thousand cases in all rows, once in 10^8 runs.
    private static let attempts = 400

    /// Whether one of the attempts self-connected.
    private static func connectsToItself(
        as kind: ClientKind, to endpoint: Endpoint, range: PortRange, _ server: PlainSocket?
    ) throws -> Bool {
        for _ in 0..<attempts {
            let client = try PlainSocket(for: endpoint.address)
            try client.resetOnClose()
            if kind == .range { try client.choosePort(from: range) }
            if kind == .bindLate { try client.choosePortLate() }
            if kind.bindsAddress {
                // Without a free port there is no client.
                guard (try? client.bind(to: Endpoint(endpoint.address, 0))) != nil else { continue }
            }
            guard (try? client.connect(to: endpoint)) != nil else { continue }
            if try client.isSelfConnected() { return true }
            // A server with a full queue would delay the next ones.
            _ = try server?.accept()
        }
        return false
    }

    private static func list(_ ports: [UInt16]) -> String { "\(PortSet(ports: ports))" }
}

extension RealClientTests.Situation {
    /// A random situation; the preferred ports are never used up, which only holdings of servers would show.
    fileprivate init(using chance: inout SeededChance) {
        let first = UInt16.random(in: 40000...40003, using: &chance)
        range = PortRange(first, first + .random(in: 9...16, using: &chance))
        port = .random(in: range.first...range.last, using: &chance)
        let others = range.ports.filter { $0 != port }.shuffled(using: &chance)
        reserved = "\(PortSet(ports: others.prefix(Int.random(in: 0...2, using: &chance))))"
        neighbours = Array(others.dropFirst(2).prefix(Int.random(in: 0...1, using: &chance)))
        holding = Self.holding(using: &chance)
        addresses = Array(RealClientTests.loopback.shuffled(using: &chance).prefix(3))
    }

    private static func holding(using chance: inout SeededChance) -> Holding {
        let address =
            ["127.0.0.1", "127.0.0.2", "127.0.0.3", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"]
            .randomElement(using: &chance) ?? ""
        let isOnly = address == "::" && Bool.random(using: &chance)
        let isUnspecified = ["0.0.0.0", "::"].contains(address)
        // The client's source address must be bound if the route does not select it.
        let source = isUnspecified || address.hasPrefix("127.0.0.") ? "127.0.0.1" : address
        switch Int.random(in: 0..<6, using: &chance) {
        case 0: return .free
        case 1: return .listening(address, isIPv6Only: isOnly)
        case 2: return .bound(address, isIPv6Only: isOnly)
        case 3: return .source(source, isBound: Bool.random(using: &chance))
        case 4: return .accepted(address)
        default: return .selfConnected(source)
        }
    }
}

/// Random numbers that are equal for the same seed (SplitMix64).
private struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
