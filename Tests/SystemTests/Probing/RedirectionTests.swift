import Glibc
import Linux
import SelfConnect
import TestSupport
import Testing

/// The program with ports behind NAT. The range is 40000-41000, of which 40500-40509 are reserved; if a daemon sweeps
/// it, which is slow on some machines, 40000-40199.
@Suite(
    .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct RedirectionTests {
    /// How long a daemon is observed: SELFCONNECTD_SOAK, or a few seconds.
    private static let time = Duration.seconds(Binary.soak ?? 5)

    /// What a daemon found behind NAT, and its later behaviour.
    private static func watch(_ configuration: String, _ service: RedirectedService) throws {
        let daemon = try RunningDaemon(configuration, waitingFor: "/v1/map")
        let syns = try service.synCount()
        // One per target, one for the port that only the map has probed, and an experiment that may hit one of them.
        #expect((3...4).contains(syns), "\(syns)")
        let end = Clock.monotonic + time
        repeat {
            Thread.sleep(.milliseconds(500))
            let targets: TargetsAnswer = try daemon.get("/v1/targets?verdict=redirected").decoded()
            #expect(Set(targets.targets.map(\.endpoint)) == ["127.0.0.1:40001", "[::1]:40001"])
            for target in targets.targets {
                #expect(target.severity == "notice" && target.proof == "directed", "\(target.reason)")
                let detail = try daemon.target(target.endpoint)
                #expect(detail.directed?.map(\.outcome) == ["reached-listener"])
                #expect(detail.loop == nil || detail.loop?.outcome == "skipped")
            }
        } while Clock.monotonic < end
        #expect(try service.synCount() == syns, "within the interval it is sent nothing more")
        #expect(!service.isReached)
        let map: MapAnswer = try daemon.get("/v1/map").decoded()
        #expect(map.byOutcome["redirected"] == 2)
        #expect(try daemon.metric(#"selfconnect_map_ports{outcome="redirected"}"#) == 2)
        withExtendedLifetime(daemon.program.process) {}
    }

    @Test(
        "A running daemon sends a service behind NAT one SYN, gives it no connection, and calls its port redirected",
        arguments: RedirectedService.Way.allCases)
    func fullSwing(way: RedirectedService.Way) throws {
        try PrivateNetwork.run(range: PortRange(40000, 40199), reserved: "") {
            let service = try RedirectedService(way, from: "{ 40001, 40007 }")
            let address = RedirectedService.address(way, isIPv6: true)
            guard address == .loopback6 else {
                // Like a configuration with the address of the network card.
                return try Self.watchOtherAddress(service, address)
            }
            try Self.watch(
                """
                probe: {interval: 500ms, loop: {interval: 1s, cpu: 20%}}
                map: {cpu: 100%}
                targets: [{name: web, ports: 40001}]
                """, service)
        }
    }

    private static func watchOtherAddress(_ service: RedirectedService, _ address: IPAddress) throws {
        let daemon = try RunningDaemon(
            """
            probe: {interval: 500ms, loop: {interval: 1s, cpu: 20%}}
            map: {cpu: 100%}
            targets: [{name: web, ports: 40001, addresses: [127.0.0.1, "\(address)"]}]
            """, waitingFor: "/v1/map")
        let syns = try service.synCount()
        Thread.sleep(time)
        #expect(try daemon.status().summary.byVerdict["redirected"] == 2)
        #expect(try service.synCount() == syns && !service.isReached)
        withExtendedLifetime(daemon.program.process) {}
    }

    @Test(
        "A daemon with its defaults calls the port redirected too",
        .enabled(if: Binary.soak != nil, "takes SELFCONNECTD_SOAK seconds, such as 600"))
    func defaults() throws {
        try PrivateNetwork.run(range: PortRange(40000, 40199), reserved: "") {
            let service = try RedirectedService(from: "{ 40001, 40007 }")
            try Self.watch("targets: [{name: web, ports: 40001}]", service)
        }
    }

    @Test(
        "No command gives a service behind NAT a connection or reports a self-connection on its port",
        arguments: [
            ["probe", "127.0.0.1:40000", "[::1]:40000"], ["probe", "--method", "loop", "127.0.0.1:40000"],
            ["probe", "--method", "loop", "--client", "bind", "[::1]:40000"], ["map"], ["scan", "40000"],
        ])
    func commands(arguments: [String]) throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(from: "40000")
            let outcome = try Program.run(Binary.path, arguments + ["--json"])
            #expect(!service.isReached)
            #expect(outcome.output.contains("redirected"), "\(outcome.output)\(outcome.errors)")
            #expect(!outcome.output.contains(#""verdict": "self-connected""#), "\(outcome.output)")
        }
    }

    @Test("scan does not report a client with the port of the service it connects to as a self-connection")
    func client() throws {
        try PrivateNetwork.run {
            let service = try RedirectedService(from: "40000")
            let client4 = try Neighbours.client(from: 40000, to: "127.0.0.1:40000")
            let client6 = try Neighbours.client(from: 40000, to: "[::1]:40000")
            let outcome = try Program.run(Binary.path, ["scan", "--json"])
            let answer: TargetsAnswer = try Answer.decoded(outcome.output)
            #expect(answer.targets.allSatisfy { $0.verdict != "self-connected" }, "\(outcome.output)")
            for names in try [client4.names(), client6.names()] { #expect(names.local == names.peer) }
            #expect(service.isReached)
        }
    }

    @Test("The end of a redirected connection is no self-connection, even if its service is gone by then") func end()
        throws
    {
        try PrivateNetwork.run {
            let network = try RedirectedService(from: "40000", listens: false)
            let daemon: RunningDaemon
            do {
                let service = try PlainSocket.listener(on: Endpoint(.loopback4, RedirectedService.port))
                daemon = try RunningDaemon(
                    """
                    probe: {interval: 500ms, loop: {interval: 0s}}
                    map: {interval: 0s}
                    targets: [{name: web, addresses: [127.0.0.1], ports: 40000}]
                    """)
                #expect(try daemon.target("127.0.0.1:40000").verdict == "redirected")
                let client = try PlainSocket(for: .loopback4)
                try client.connect(to: Endpoint(.loopback4, 40000), from: PortRange(40000, 40000))
                let accepted = try service.accept()
                // As many octets either way: the counters are those of a self-connection.
                for (from, to) in [(client, accepted), (accepted, client)] {
                    #expect(from.send([1, 2, 3, 4, 5]) && to.receive(5))
                }
                try Self.awaitPasses(2, of: daemon)
                withExtendedLifetime(client) {
                    _ = consume accepted
                    _ = consume service
                }
            }
            try Self.awaitPasses(3, of: daemon)
            #expect(try daemon.metric("selfconnect_self_connections_total") == 0)
            withExtendedLifetime((daemon.program.process, network)) {}
        }
    }

    private static func awaitPasses(_ count: Double, of daemon: borrowing RunningDaemon) throws {
        func passes() throws -> Double { try #require(try daemon.metric("selfconnect_passes_total")) }
        let before = try passes()
        #expect(try Waiting.holds { try passes() >= before + count })
    }

    @Test("A check whose connection has equal endpoints reaches the service behind NAT") func check() throws {
        try PrivateNetwork.run(range: PortRange(40000, 40000), reserved: "") {
            let network = try RedirectedService(from: "40000", listens: false)
            let server = try StubServer(
                on: "127.0.0.1:8080", "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
            let outcome = try Program.run(Binary.path, ["check", "--url", "http://127.0.0.1:40000"])
            #expect(outcome.output.contains("answered 503"), "\(outcome.output)")
            withExtendedLifetime((network, server)) {}
        }
    }
}
