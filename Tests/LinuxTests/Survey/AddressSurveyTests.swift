import Linux
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"))
struct AddressSurveyTests {
    /// The expected facts about an address: whether it is local, and the source that the route selects.
    struct Row: Sendable, CustomTestStringConvertible {
        let address: String
        let isOwn: Bool
        let source: String?

        init(_ address: String, own source: String) { (self.address, isOwn, self.source) = (address, true, source) }

        init(_ address: String, foreign source: String?) {
            (self.address, isOwn, self.source) = (address, false, source)
        }

        var testDescription: String { address }
    }

    static let rows = [
        Row("127.0.0.1", own: "127.0.0.1"),
        Row("127.0.0.2", own: "127.0.0.1"),
        Row("127.0.1.1", own: "127.0.0.1"),
        Row("127.255.255.254", own: "127.0.0.1"),
        Row("127.255.255.255", foreign: nil),  // broadcast
        Row("0.0.0.0", own: "127.0.0.1"),
        Row("::1", own: "::1"),
        Row("::", own: "::1"),
        Row("::ffff:127.0.0.1", own: "127.0.0.1"),
        Row("::ffff:127.0.0.2", own: "127.0.0.1"),
        Row("::ffff:0.0.0.0", own: "127.0.0.1"),
        Row("192.168.77.1", own: "192.168.77.1"),  // primary
        Row("192.168.77.2", own: "192.168.77.1"),  // secondary
        Row("192.168.77.9", foreign: "192.168.77.1"),  // a neighbour
        Row("192.168.77.255", foreign: nil),  // broadcast
        Row("2001:db8:77::1", own: "2001:db8:77::1"),
        Row("2001:db8:77::2", own: "2001:db8:77::2"),
        Row("2001:db8:77::9", foreign: "2001:db8:77::2"),  // a neighbour
        Row("fe80::77%v0", own: "fe80::77%v0"),
        Row("192.0.2.1", foreign: nil),  // no route
        Row("2001:db8:99::1", foreign: nil),
        Row("255.255.255.255", foreign: nil),
        Row("224.0.0.1", foreign: nil),
    ]

    @Test("An address is the host's own or not, and the route picks its source", arguments: rows)
    func facts(row: Row) throws {
        let facts = try VirtualPair.facts(about: row.address)
        #expect(facts.isOwn == row.isOwn)
        #expect(facts.routeSource?.description == row.source)
    }

    @Test(
        "A multicast address is not local for any route",
        arguments: ["ff02::1%v0", "224.0.0.1"])
    func multicast(address: String) throws {
        // A zone is only accepted for link-local unicast, so ff02::1 is queried without.
        let facts = try VirtualPair.facts(about: String(address.prefix { $0 != "%" }))
        #expect(!facts.isOwn)
    }

    @Test(
        "With a default route a foreign address has a source and stays foreign",
        arguments: [("192.0.2.1", "192.168.77.1"), ("2001:db8:99::1", "2001:db8:77::2")])
    func defaultRoute(address: String, source: String) throws {
        let facts = try VirtualPair.facts(about: address, after: Self.defaultRoutes)
        #expect(facts == AddressFacts(isOwn: false, routeSource: try IPAddress(source)))
    }

    @Test(
        "A local route to a whole network makes each of its addresses the host's own",
        arguments: ["198.51.100.7", "198.51.100.254"])
    func anyIP(address: String) throws {
        let facts = try VirtualPair.facts(about: address, after: "ip route add local 198.51.100.0/24 dev lo")
        #expect(facts == AddressFacts(isOwn: true, routeSource: try IPAddress(address)))
    }

    @Test(
        "Foreign addresses stay foreign even if programs may bind them",
        arguments: ["192.0.2.1", "2001:db8:99::1"])
    func nonlocalBind(address: String) throws {
        let (facts, binds) = try PrivateNetwork.run {
            try VirtualPair.make()
            try Command.script(Self.defaultRoutes)
            try PrivateNetwork.write("1", to: "net/ipv4/ip_nonlocal_bind")
            try PrivateNetwork.write("1", to: "net/ipv6/ip_nonlocal_bind")
            let socket = try PlainSocket(for: IPAddress(address))
            let binds = (try? socket.bind(to: Endpoint(IPAddress(address), 0))) != nil
            var survey = try AddressSurvey()
            return (try survey.facts(about: IPAddress(address)), binds)
        }
        #expect(binds)
        #expect(!facts.isOwn)
    }

    @Test(
        "The facts are the same if the whole range is reserved and no port is free",
        arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.1.1", "127.0.0.1"), ("::1", "::1")])
    func reservedRange(address: String, source: String) throws {
        let facts = try PrivateNetwork.run(reserved: "40000-41000") {
            var survey = try AddressSurvey()
            return try survey.facts(about: IPAddress(address))
        }
        #expect(facts == AddressFacts(isOwn: true, routeSource: try IPAddress(source)))
    }

    @Test("If rules route TCP through another table, the source is that of TCP") func policy() throws {
        let (facts, local) = try PrivateNetwork.run {
            try VirtualPair.make()
            try Command.script(
                """
                ip route add local 192.168.77.2 dev lo table 100 src 192.168.77.2
                ip rule add pref 5 ipproto tcp lookup 100
                ip rule add pref 10 lookup local
                ip rule del pref 0
                """)
            let server = try PlainSocket.listener(on: Endpoint(IPAddress("0.0.0.0"), 30000))
            let client = try TCPSocket(for: .loopback4)
            let (local, _) = try client.connect(to: try SocketAddress(try Endpoint("192.168.77.2:30000")))
            var survey = try AddressSurvey()
            return try withExtendedLifetime(server) {
                (try survey.facts(about: IPAddress("192.168.77.2")), local.address)
            }
        }
        #expect(try local == IPAddress("192.168.77.2"))
        #expect(facts == AddressFacts(isOwn: true, routeSource: local))
    }

    @Test("A zone that does not exist means no route, not an error") func missingZone() throws {
        let facts = try VirtualPair.facts(about: "fe80::77%nowhere0")
        #expect(facts == AddressFacts(isOwn: false, routeSource: nil))
    }

    @Test("A link-local address without a zone is not local") func noZone() throws {
        let facts = try VirtualPair.facts(about: "fe80::77")
        #expect(!facts.isOwn || facts.routeSource == nil)
    }

    @Test("IPv6 addresses are not local if IPv6 is disabled", arguments: ["::1", "::"])
    func withoutIPv6(address: String) throws {
        let facts = try PrivateNetwork.run {
            try PrivateNetwork.write("1", to: "net/ipv6/conf/all/disable_ipv6")
            var survey = try AddressSurvey()
            return try survey.facts(about: IPAddress(address))
        }
        #expect(facts == AddressFacts(isOwn: false, routeSource: nil))
    }

    @Test(
        "The survey of an address sends nothing, not even to a foreign address",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"))
    func silence() throws {
        let frames = try PrivateNetwork.run {
            try VirtualPair.make()
            try Command.script(Self.defaultRoutes)
            try PacketFilter.count("ip daddr { 192.0.2.1, 192.168.77.9 }")
            var survey = try AddressSurvey()
            for _ in 0..<100 {
                _ = try survey.facts(about: IPAddress("192.0.2.1"))
                _ = try survey.facts(about: IPAddress("192.168.77.9"))
            }
            return try PacketFilter.counted()
        }
        #expect(frames == 0)
    }

    private static let defaultRoutes = """
        ip route add default via 192.168.77.9
        ip -6 route add default via 2001:db8:77::9
        """
}

extension VirtualPair {
    /// The facts about an address in a new namespace with a pair, after a shell script.
    fileprivate static func facts(about address: String, after script: String = "true") throws -> AddressFacts {
        try PrivateNetwork.run {
            try make()
            try Command.script(script)
            var survey = try AddressSurvey()
            return try survey.facts(about: IPAddress(address))
        }
    }
}
