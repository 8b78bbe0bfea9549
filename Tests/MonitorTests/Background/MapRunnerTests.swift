// When the map runner runs. Most tests use simulated sweeps: only the timing is tested.

import Configuration
import Linux
import Reporting
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite struct MapRunnerTests {
    private static let kernel = KernelFacts(ephemeralRange: PortRange(40_000, 40_099))
    /// One per test.
    private let now = Clock.monotonic

    private static func settings(every interval: Duration) -> Configuration.Map {
        var settings = Configuration.Map()
        settings.interval = interval
        return settings
    }

    private static func begin(_ spared: PortSet) -> PortSweep {
        PortSweep(of: .loopback4, kernel: kernel, at: Timestamp(nanoseconds: 0), sparing: spared)
    }

    /// A slice with equal outcomes.
    private static func advance(_ sweep: inout PortSweep, _ limit: Int) -> PortMap? {
        for _ in 0..<limit where sweep.next != nil { sweep.record(.selfConnected) }
        return sweep.next == nil ? sweep.map(at: Timestamp(nanoseconds: 1)) : nil
    }

    /// Steps until there is a new map; returns the number of steps.
    private static func sweep(
        _ runner: inout MapRunner, from start: Duration,
        begin: (PortSet) throws(SystemCallError) -> PortSweep = Self.begin,
        advance: (inout PortSweep, Int) throws(SystemCallError) -> PortMap? = Self.advance
    ) throws -> Int {
        var now = start
        for count in 1...1000 {
            if try runner.step(at: now, begin: begin, advance: advance) { return count }
            now = max(start, try #require(runner.next))
        }
        return 0
    }

    @Test("A sweep runs in slices, and the next one is due an interval later") func slices() throws {
        var runner = MapRunner(Self.settings(every: .seconds(60)), from: now)
        #expect(runner.next == now && runner.state.map == nil)
        let count = try Self.sweep(&runner, from: now)
        #expect(count == 2 && runner.state.map?.countByOutcome == [.selfConnected: 100])
        let next = try #require(runner.next)
        #expect(next - now > .seconds(59) && next - now < .seconds(70))
    }

    @Test("Sweeps pause as soon as they have used the time that they may accumulate") func rests() throws {
        var settings = Self.settings(every: .seconds(60))
        settings.processorShare = 0.01
        var runner = MapRunner(settings, from: now)
        let isNew = try runner.step(at: now, begin: Self.begin) { _, _ in
            let end = Clock.threadProcessorTime + .milliseconds(200)
            while Clock.threadProcessorTime < end {}
            return nil
        }
        let next = try #require(runner.next)
        #expect(!isNew && runner.isSweeping && next - now >= .seconds(10))
        let isEarly = try runner.step(at: next - .nanoseconds(1), begin: Self.begin) { _, _ in
            Issue.record("it is not time")
            return nil
        }
        #expect(!isEarly && runner.next == next)
        settings.processorShare = 1
        runner.apply(settings, at: now)
        #expect(runner.next == now)
    }

    @Test("A change of the range makes the next sweep due at once, and the old map stays until then")
    func expedited() throws {
        var runner = MapRunner(Self.settings(every: .seconds(3600)), from: now)
        _ = try Self.sweep(&runner, from: now)
        let later = now + .seconds(600)
        runner.expedite(at: later)
        #expect(runner.next == later && runner.state.map != nil)
    }

    @Test("Without an interval there is no map, and a reload removes an existing one") func off() throws {
        var runner = MapRunner(Self.settings(every: .zero), from: now)
        #expect(runner.next == nil)
        guard case .off = runner.state else { return #expect(Bool(false), "a map is awaited") }
        runner.apply(Self.settings(every: .seconds(60)), at: now)
        guard case .awaited = runner.state else { return #expect(Bool(false), "no map is awaited") }
        #expect(runner.next == now)
        _ = try Self.sweep(&runner, from: now)
        runner.apply(Self.settings(every: .zero), at: now)
        #expect(runner.next == nil && runner.state.map == nil)
    }

    @Test("A shorter interval applies at once, a longer one after the next sweep") func intervals() throws {
        var runner = MapRunner(Self.settings(every: .seconds(600)), from: now)
        _ = try Self.sweep(&runner, from: now)
        let later = now + .seconds(100)
        runner.apply(Self.settings(every: .seconds(60)), at: later)
        #expect(runner.next == later + .seconds(60))
        runner.apply(Self.settings(every: .seconds(6000)), at: later)
        #expect(runner.next == later + .seconds(60))
    }

    @Test("A failed sweep is discarded, reported, and repeated after a minute") func faults() throws {
        var runner = MapRunner(Self.settings(every: .seconds(3600)), from: now)
        _ = try runner.step(at: now, begin: Self.begin, advance: Self.advance)
        let next = try #require(runner.next)
        #expect(throws: SystemCallError.self) {
            _ = try runner.step(at: next, begin: Self.begin) { _, _ throws(SystemCallError) in
                throw SystemCallError("socket", code: 24)
            }
        }
        #expect(runner.next == next + .seconds(60))
    }

    /// One sweep in which these ports are found to be redirected unless they are skipped; returns the probed ports.
    private static func sweep(
        _ runner: inout MapRunner, from start: Duration, redirected: Set<UInt16>, targets: PortSet = PortSet()
    ) throws -> [UInt16] {
        var probed: [UInt16] = []
        _ = try sweep(&runner, from: start) { spared in
            begin(spared.union(targets))
        } advance: { sweep, limit in
            for _ in 0..<limit {
                guard let port = sweep.next else { break }
                guard redirected.contains(port) else {
                    sweep.record(.selfConnected)
                    continue
                }
                probed.append(port)
                sweep.takeRedirection()
            }
            return sweep.next == nil ? sweep.map(at: Timestamp(nanoseconds: 1)) : nil
        }
        return probed
    }

    @Test(
        "A port that turned out to be redirected is probed again once an hour, or when the kernel's facts have changed")
    func redirected() throws {
        var runner = MapRunner(Self.settings(every: .seconds(600)), from: now)
        runner.redirectedInterval = .seconds(3600)
        let ports: Set<UInt16> = [40_004, 40_007]
        #expect(try Self.sweep(&runner, from: now, redirected: ports) == [40_004, 40_007])
        for minutes in [10, 30, 50] {
            #expect(try Self.sweep(&runner, from: now + .seconds(60 * minutes), redirected: ports) == [])
            #expect(runner.state.map?.countByOutcome == [.redirected: 2, .selfConnected: 98])
        }
        #expect(try Self.sweep(&runner, from: now + .seconds(3700), redirected: [40_004]) == [40_004])
        #expect(runner.state.map?.countByOutcome == [.redirected: 1, .selfConnected: 99])
        #expect(try Self.sweep(&runner, from: now + .seconds(4400), redirected: [40_004, 40_008]) == [40_008])
        runner.expedite(at: now + .seconds(4500))
        #expect(try Self.sweep(&runner, from: now + .seconds(4500), redirected: [40_004]) == [40_004])
    }

    @Test("Ports that are known as redirected from a target are forgotten with it") func redirectedTargets() throws {
        var runner = MapRunner(Self.settings(every: .seconds(600)), from: now)
        let ports: Set<UInt16> = [40_004]
        #expect(try Self.sweep(&runner, from: now, redirected: ports, targets: PortSet(ports: ports)) == [])
        #expect(runner.state.map?.countByOutcome[.redirected] == 1)
        #expect(try Self.sweep(&runner, from: now + .seconds(700), redirected: ports) == [40_004])
    }
}
