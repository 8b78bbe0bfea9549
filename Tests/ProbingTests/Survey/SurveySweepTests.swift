// Sweeps against the kernel: the range is 40000-40200, of which 40100-40109 are reserved.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct SurveySweepTests {
    private static let range = PortRange(40_000, 40_200)

    private static func inNetwork(_ body: @escaping @Sendable (inout Survey) throws -> Void) throws {
        try PrivateNetwork.run(range: range, reserved: "40100-40109") {
            var survey = try Survey(timeout: .milliseconds(250))
            try body(&survey)
        }
    }

    /// A complete sweep in slices; `between` is called after each.
    private static func map(
        _ survey: inout Survey, of address: IPAddress = .loopback4, slice: Int = 16,
        between: (Int) throws -> Void = { _ in }
    ) throws -> PortMap {
        _ = try survey.readState()
        var sweep = try survey.sweep(of: address)
        for count in 1...1000 {
            if let map = try survey.advance(&sweep, atMost: slice) { return map }
            try between(count)
        }
        throw SystemCallError("sweep", "\(address)", code: 0)
    }

    @Test("Each way to hold a port is detected, and all other ports connect to themselves", arguments: [1, 16, 1000])
    func situation(_ slice: Int) throws {
        try Self.inNetwork { survey in
            let holdings: [(UInt16, Holding)] = [
                (40_010, .listening("127.0.0.1")), (40_011, .listening("0.0.0.0")), (40_012, .bound("127.0.0.1")),
                (40_013, .selfConnected("127.0.0.1")), (40_014, .source("127.0.0.1")),
                (40_105, .listening("127.0.0.1")),
            ]
            let sockets = try holdings.map { try $0.1.take($0.0) }
            let map = try Self.map(&survey, slice: slice)
            withExtendedLifetime(sockets) {
                #expect(map.hindrance == nil && map.kernel.ephemeralRange == Self.range)
                #expect(map[40_010] == PortMap.Entry(.notAvailable, .listening))
                #expect(map[40_011] == PortMap.Entry(.notAvailable, .listening))
                #expect(map[40_012] == PortMap.Entry(.notAvailable, KernelFeature.showsBoundSockets ? .bound : nil))
                #expect(map[40_013] == PortMap.Entry(.notAvailable, .selfConnected))
                #expect(map[40_014] == PortMap.Entry(.selfConnected, .source))
                #expect(map[40_105] == PortMap.Entry(.reserved, .listening))
                #expect(map.countByOutcome == [.selfConnected: 187, .notAvailable: 4, .reserved: 10])
            }
        }
    }

    @Test("A sweep leaves no trace, and no listener sees a connection") func harmless() throws {
        try Self.inNetwork { survey in
            let listener = try PlainSocket.listener(on: Endpoint(.loopback4, 40_010))
            for address in [IPAddress.loopback4, .loopback6] {
                #expect(try Self.map(&survey, of: address).countByOutcome[.notAvailable] == 1)
            }
            #expect(!listener.hasWaitingConnection)
            #expect(try SocketStates.timeWaitCount(apartFrom: []) == 0)
        }
    }

    @Test("Ports of 127.0.0.2 are refused, because clients have another source address") func refused() throws {
        try Self.inNetwork { survey in
            let map = try Self.map(&survey, of: try IPAddress("127.0.0.2"))
            #expect(map.countByOutcome == [.refused: 191, .reserved: 10])
        }
    }

    @Test("An address that is not the host's own is not swept", .enabled(if: PacketFilter.isAvailable))
    func foreign() throws {
        try Self.inNetwork { survey in
            try PacketFilter.count("ip daddr 192.0.2.1")
            let map = try Self.map(&survey, of: try IPAddress("192.0.2.1"))
            #expect(map.hindrance == "192.0.2.1 is not an address of this host")
            #expect(map.countByOutcome == [.skipped: 191, .reserved: 10])
            #expect(try PacketFilter.counted() == 0)
        }
    }

    @Test("Ports that are taken or released during a sweep have their state at its end") func changes() throws {
        try Self.inNetwork { survey in
            var early: PlainSocket? = try .listener(on: Endpoint(.loopback4, 40_002))
            var late: PlainSocket?
            let map = try Self.map(&survey) { count in
                guard count == 6 else { return }
                early = nil
                late = try .listener(on: Endpoint(.loopback4, 40_004))
            }
            withExtendedLifetime((early, late)) {
                #expect(map[40_002] == PortMap.Entry(.selfConnected))
                #expect(map[40_004] == PortMap.Entry(.notAvailable, .listening))
            }
        }
    }

    @Test(
        "A change of the range or of the reserved ports restarts the sweep",
        arguments: [("net/ipv4/ip_local_port_range", "40050 40150"), ("net/ipv4/ip_local_reserved_ports", "40001")])
    func drift(_ sysctl: String, _ value: String) throws {
        try Self.inNetwork { survey in
            let map = try Self.map(&survey) { count in
                if count == 6 { try PrivateNetwork.write(value, to: sysctl) }
            }
            let isRange = sysctl.hasSuffix("range")
            #expect(map.kernel.ephemeralRange == (isRange ? PortRange(40_050, 40_150) : Self.range))
            #expect(map.countByOutcome[.reserved] == (isRange ? 10 : 1))
            #expect(map.countByOutcome[.selfConnected] == (isRange ? 91 : 200))
        }
    }

    @Test("A port that leaves the range in the middle of a sweep is not connected to") func leavesRange() throws {
        try Self.inNetwork { survey in
            let listener = try PlainSocket.listener(on: Endpoint(.loopback4, 40_190))
            let map = try Self.map(&survey) { count in
                if count == 6 { try PrivateNetwork.write("40000 40180", to: "net/ipv4/ip_local_port_range") }
            }
            #expect(map.kernel.ephemeralRange == PortRange(40_000, 40_180))
            #expect(!listener.hasWaitingConnection)
        }
    }

    @Test("A packet filter that drops ends the sweep within a second", .enabled(if: PacketFilter.isAvailable))
    func filter() throws {
        try Self.inNetwork { survey in
            try PacketFilter.onOutput("tcp dport 40000-40200 drop")
            let start = Clock.monotonic
            let map = try Self.map(&survey)
            #expect(Clock.monotonic - start < .seconds(2))
            #expect(map.countByOutcome[.timedOut] == PortSweep.maximumTimeouts)
            #expect(map.hindrance != nil && map.countByOutcome[.selfConnected] == nil)
        }
    }

    @Test(
        "A packet filter that drops for one port affects only that port of the map",
        .enabled(if: PacketFilter.isAvailable))
    func filterOfOnePort() throws {
        try Self.inNetwork { survey in
            try PacketFilter.onOutput("tcp dport 40002 drop")
            let map = try Self.map(&survey)
            #expect(map[40_002]?.outcome == .timedOut && map.hindrance == nil)
            #expect(map.countByOutcome[.selfConnected] == 190)
        }
    }
}
