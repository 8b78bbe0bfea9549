// Sweeps over a range in which ports are redirected: 40000-40200, of which 40100-40109 are reserved.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct RedirectedSweepTests {
    private static func inNetwork(
        _ way: RedirectedService.Way = .redirect, ports: String,
        _ body: @escaping @Sendable (inout Survey, RedirectedService) throws -> Void
    ) throws {
        try PrivateNetwork.run(range: PortRange(40_000, 40_200), reserved: "40100-40109") {
            let service = try RedirectedService(way, from: ports)
            var survey = try Survey(timeout: .milliseconds(250))
            try body(&survey, service)
        }
    }

    private static func map(
        _ survey: inout Survey, of address: IPAddress = .loopback4, sparing spared: PortSet = PortSet()
    ) throws -> PortMap {
        _ = try survey.readState()
        var sweep = try survey.sweep(of: address, sparing: spared)
        while true {
            if let map = try survey.advance(&sweep, atMost: 64) { return map }
        }
    }

    @Test(
        "A redirected port is detected with one SYN and has its own outcome",
        arguments: RedirectedService.Way.allCases, [false, true])
    func outcome(way: RedirectedService.Way, isIPv6: Bool) throws {
        try Self.inNetwork(way, ports: "{ 40000, 40002, 40007, 40200 }") { survey, service in
            // The experiments of a new survey, on a random port, reach the service as well.
            let before = try service.synCount()
            let map = try Self.map(&survey, of: RedirectedService.address(way, isIPv6: isIPv6))
            #expect(map.hindrance == nil)
            #expect(map.countByOutcome == [.redirected: 4, .selfConnected: 187, .reserved: 10])
            for port in [40_000, 40_002, 40_007, 40_200] as [UInt16] { #expect(map[port]?.outcome == .redirected) }
            #expect(try service.synCount() == before + 4 && !service.isReached)
        }
    }

    @Test("The experiments of a new survey reach no service to which 127.0.0.1 is redirected")
    func experiments() throws {
        try Self.inNetwork(.dnat, ports: "40000-40200") { _, service in
            let syns = try service.synCount()
            #expect(syns == 0 && !service.isReached)
        }
    }

    @Test("Ports that are known to be redirected are sent nothing and are on the map") func spared() throws {
        try Self.inNetwork(ports: "{ 40000, 40001, 40002, 40102 }") { survey, service in
            let before = try service.synCount()
            let map = try Self.map(&survey, sparing: PortSet("40000-40001,40102,50000"))
            #expect(map.countByOutcome == [.redirected: 3, .selfConnected: 188, .reserved: 10])
            #expect(map[40_102]?.outcome == .reserved)
            #expect(try service.synCount() == before + 1 && !service.isReached)
        }
    }

    @Test("A redirected port that a socket has taken since has its current outcome") func taken() throws {
        try Self.inNetwork(ports: "40002") { survey, service in
            let before = try service.synCount()
            let server = try PlainSocket.listener(on: Endpoint(.loopback4, 40_002))
            let looped = try Holding.selfConnected("127.0.0.1").take(40_004)
            let map = try Self.map(&survey, sparing: PortSet("40002,40004"))
            withExtendedLifetime((server, looped)) {
                #expect(map[40_002] == PortMap.Entry(.notAvailable, .listening))
                #expect(map[40_004] == PortMap.Entry(.notAvailable, .selfConnected))
            }
            #expect(try service.synCount() == before)
        }
    }

    @Test("A redirection of all ports ends the sweep after some, and the next sweep continues from there")
    func ruleForAll() throws {
        try Self.inNetwork(ports: "40000-40200") { survey, service in
            let limit = PortSweep.maximumRedirections
            // The experiments of a new survey reach the service as well.
            let before = try service.synCount()
            let first = try Self.map(&survey)
            #expect(first.hindrance?.contains("a rule for all ports") == true)
            #expect(first.countByOutcome == [.redirected: limit, .skipped: 191 - limit, .reserved: 10])
            #expect(try service.synCount() - before == limit)
            let found = first.runs.filter { $0.entry.outcome == .redirected }.map(\.ports)
            let second = try Self.map(&survey, sparing: PortSet(found))
            #expect(second.countByOutcome[.redirected] == 2 * limit)
            #expect(try service.synCount() - before == 2 * limit && !service.isReached)
        }
    }

    @Test("A sweep right after a probe finds the port redirected too") func afterProbe() throws {
        try Self.inNetwork(ports: "40000") { survey, service throws in
            let target = Target(name: "test", endpoint: Endpoint(.loopback4, 40_000))
            for _ in 0..<3 {
                #expect(try survey.survey(target, in: survey.readState()).assessment.verdict == .redirected)
                let map = try Self.map(&survey)
                #expect(map[40_000]?.outcome == .redirected)
            }
            #expect(!service.isReached)
        }
    }
}
