import Linux
import SelfConnect
import TestSupport
import Testing

/// The daemon's map. The range is 40000-41000, of which 40500-40509 are reserved.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct MapTests {
    private static let configuration = "targets: [{name: web, addresses: 127.0.0.1, ports: [40004, 40006]}]\n"
    /// So that nothing but the machine limits the speed of sweeps.
    private static let fast = "map: {cpu: 100%}\n"

    @Test(
        "The map has every port of the range and is not sent again if unchanged",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func document() throws {
        try PrivateNetwork.run {
            let listener = try Neighbours.listener(on: "127.0.0.1:40004")
            var daemon = try RunningDaemon(Self.configuration + Self.fast, waitingFor: "/v1/map")
            let answer = try daemon.get("/v1/map")
            let map: MapAnswer = try answer.decoded()
            #expect(map.complete && map.byOutcome == ["self-connected": 990, "reserved": 10, "not-available": 1])
            let held = MapAnswer.Run(first: 40_004, last: 40_004, outcome: "not-available", holder: "listening")
            #expect(map.runs.contains(held))
            #expect(try daemon.metric(#"selfconnect_map_ports{outcome="self-connected"}"#) == 990)
            let tag = try #require(answer.fields["etag"])
            #expect(try daemon.get("/v1/map", "-H", "If-None-Match: \(tag)").status == 304)
            withExtendedLifetime(listener) { #expect(daemon.stop().end == .exited(0)) }
        }
    }

    @Test(
        "Before the first sweep is complete the map has a Retry-After, and the daemon is ready",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func awaited() throws {
        try PrivateNetwork.run(range: PortRange(10_000, 60_999)) {
            var daemon = try RunningDaemon(Self.configuration)
            let answer = try daemon.get("/v1/map")
            #expect(answer.status == 503 && answer.fields["retry-after"] == "5")
            let refusal: RefusalAnswer = try answer.decoded()
            #expect(
                refusal.error.message == "The first sweep of the range is not complete yet: map.cpu limits its speed.")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A reload with an interval of 0s removes the map and reports it") func off() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon(Self.configuration + Self.fast, waitingFor: "/v1/map")
            #expect(try daemon.reloaded("map: {interval: 0s}"))
            let answer = try daemon.get("/v1/map")
            let refusal: RefusalAnswer = try answer.decoded()
            #expect(answer.status == 404 && refusal.error.message == "There is no map: map.interval is 0s.")
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("A changed range is swept as soon as it is noticed") func drift() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("probe: {interval: 1s}\n" + Self.fast, waitingFor: "/v1/map")
            try PrivateNetwork.write("40000 40500", to: "net/ipv4/ip_local_port_range")
            let isSwept = try Waiting.holds {
                let map: MapAnswer = try daemon.get("/v1/map").decoded()
                return map.ephemeralRange == .init(first: 40_000, last: 40_500)
            }
            #expect(isSwept)
            #expect(daemon.stop().end == .exited(0))
        }
    }
}
