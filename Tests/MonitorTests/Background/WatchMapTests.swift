// The map and loop probes in the watch, with a real range.

import Configuration
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces")) struct WatchMapTests {
    private let start = Clock.monotonic

    @Test("The watch sweeps between two passes, and the map is in the next snapshot") func watch() throws {
        try PrivateNetwork.run(range: PortRange(40_000, 40_099), reserved: "40050") {
            var settings = Configuration.default
            settings.probe.loop.interval = .zero
            settings.discover.listeners = false
            var now = start
            var watch = try Watch(settings, targets: [], at: now)
            let listener = try ListeningSocket(try Endpoint("127.0.0.1:40004"))
            _ = try watch.step(at: now) { true }
            guard case .awaited? = watch.snapshot(at: Clock.wall)?.map else {
                return #expect(Bool(false), "the first pass does not wait for the map")
            }
            var isNew = false
            for _ in 0..<10 where !isNew {
                now = watch.next
                isNew = try watch.step(at: now) { true } != .nothing
            }
            let map = try #require(watch.snapshot(at: Clock.wall)?.map.map)
            withExtendedLifetime(listener) {
                #expect(map.countByOutcome == [.selfConnected: 98, .reserved: 1, .notAvailable: 1])
                #expect(map[40_004] == PortMap.Entry(.notAvailable, .listening))
            }
        }
    }

    @Test("Loop probes wait until a sweep ends, unless their limit is larger than the map's", arguments: [false, true])
    func loops(_ haveLargerLimit: Bool) throws {
        try PrivateNetwork.run {
            var settings = Configuration.default
            settings.discover.listeners = false
            settings.map.processorShare = haveLargerLimit ? 0.0001 : 1
            settings.probe.loop.processorShare = 1
            let target = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40002"))
            var now = start
            var watch = try Watch(settings, targets: [target], at: now)
            _ = try watch.step(at: now) { true }
            _ = try watch.step(at: now) { true }
            #expect(watch.background.maps.isSweeping)
            let isLooped = try Waiting.holds(every: .zero) {
                now = max(now, Clock.monotonic)
                _ = try watch.step(at: now) { true }
                return watch.snapshot(at: Clock.wall)?.targets.first?.loop != nil || !watch.background.maps.isSweeping
            }
            let hasLoop = watch.snapshot(at: Clock.wall)?.targets.first?.loop != nil
            #expect(isLooped && hasLoop == haveLargerLimit)
        }
    }
}
