// What the watch does with the kernel's destroy events. Its own time stands still, so that a pass runs because of an event or not
// at all.

import Configuration
import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct WatchEventsTests {
    /// A watch between its first pass and the next one, which only an event brings before its time.
    private struct Standstill: ~Copyable {
        var watch: Watch
        let now: Duration

        init(_ targets: [Target], _ change: (inout Configuration) -> Void = { _ in }) throws {
            var settings = Configuration.default
            settings.probe.processorShare = 1
            settings.probe.loop.interval = .zero
            settings.map.interval = .zero
            change(&settings)
            let now = Clock.monotonic
            var watch = try Watch(settings, targets: targets, at: now)
            let step = try watch.step(at: now, proceed: { true })
            #expect(step == .pass)
            // Later than any publication has to wait, and before the next pass.
            self.now = now + .seconds(1)
            self.watch = watch
        }

        var snapshot: Snapshot {
            get throws {
                let snapshot = watch.snapshot(at: Clock.wall)
                return try #require(snapshot)
            }
        }

        func verdict(_ target: Target) -> Verdict? { watch.watchlist[target.id]?.finding.assessment.verdict }

        /// Makes steps until the condition holds. The time goes on, as the limit on processor time needs it, but never to the next
        /// pass.
        mutating func isReached(_ condition: (borrowing Watch) throws -> Bool) throws -> Bool {
            let begin = Clock.monotonic
            while try !condition(watch) {
                let time = Clock.monotonic - begin
                guard time < Waiting.limit else { return false }
                let step = try watch.step(at: now + min(time, .seconds(20)), proceed: { true })
                if step == .nothing { Thread.sleep(.milliseconds(1)) }
            }
            return true
        }

        /// Makes steps until the kernel has announced all that has ended, and what followed from it was done.
        mutating func settle() throws {
            for _ in 0..<20 {
                Thread.sleep(.milliseconds(2))
                _ = try watch.step(at: now, proceed: { true })
            }
        }
    }

    private static func target(_ port: UInt16) -> Target {
        Target(name: "t\(port)", endpoint: Endpoint(.loopback4, port))
    }

    private static func verdict(_ watch: borrowing Watch, _ target: Target) -> Verdict? {
        watch.watchlist[target.id]?.finding.assessment.verdict
    }

    @Test(
        "The end of a listener changes the verdict long before the next pass",
        arguments: ["127.0.0.1", "0.0.0.0", "::"])
    func listener(address: String) throws {
        try PrivateNetwork.run {
            let target = Self.target(40004)
            var listener = try Holding.listening(address).take(40004)
            var still = try Standstill([target])
            #expect(still.verdict(target) == .latent)
            try still.settle()
            #expect(still.verdict(target) == .latent)
            listener.removeAll()
            #expect(try still.isReached { Self.verdict($0, target) == .susceptible })
        }
    }

    @Test("The end of a listener outside the range changes the verdict of a target on its port")
    func outsideRange() throws {
        try PrivateNetwork.run {
            let target = Self.target(30004)
            var listener = try Holding.listening("127.0.0.1").take(30004)
            var still = try Standstill([target])
            let probed = try #require(still.watch.watchlist[target.id]?.finding.at)
            listener.removeAll()
            #expect(try still.isReached { $0.watchlist[target.id]?.finding.at != probed })
        }
    }

    @Test("Without events the next pass notices the end of a listener") func off() throws {
        try PrivateNetwork.run {
            let target = Self.target(40004)
            var listener = try Holding.listening("127.0.0.1").take(40004)
            var still = try Standstill([target]) { $0.followsEvents = false }
            #expect(try still.snapshot.eventStream.state == .off)
            listener.removeAll()
            try still.settle()
            #expect(still.verdict(target) == .latent)
            let later = still.now + .seconds(30)
            #expect(try still.watch.step(at: later, proceed: { true }) == .pass)
            #expect(still.verdict(target) == .susceptible)
        }
    }

    @Test("A reload turns events off and on") func reload() throws {
        try PrivateNetwork.run {
            var still = try Standstill([])
            #expect(still.watch.events.status.state == .followed)
            for (isOn, state) in [(false, EventStream.State.off), (true, .followed)] {
                var settings = still.watch.settings
                settings.followsEvents = isOn
                try still.watch.apply(settings, targets: [], at: still.now)
                #expect(still.watch.events.status.state == state)
            }
        }
    }

    @Test("After an overrun of the kernel's queue all targets are surveyed and every verdict is right")
    func overrun() throws {
        try PrivateNetwork.run {
            let targets = (0..<3).map { Self.target(40002 + 2 * $0) }
            var listeners = try targets.map { try PlainSocket.listener(on: $0.endpoint) }
            var still = try Standstill(targets)
            #expect(
                try Waiting.holds {
                    for _ in 0..<1000 { _ = try PlainSocket.listener(on: Endpoint(.loopback4, 40300)) }
                    return try SocketStates.hasLostEvents()
                })
            listeners.removeAll()
            #expect(try still.isReached { watch in targets.allSatisfy { Self.verdict(watch, $0) == .susceptible } })
            #expect(try still.snapshot.eventStream.overruns > 0)
        }
    }

    @Test("An end that waits for a confirmation makes the next step due, which counts it") func waiting() throws {
        try PrivateNetwork.run {
            var still = try Standstill([])
            #expect(still.watch.next > still.now)
            let endpoint = Endpoint(.loopback4, 40010)
            let counters = SegmentCounters(segmentsOut: 5, segmentsIn: 6, bytesReceived: 1)
            let isKept = still.watch.events.unconfirmed.append(
                DestroyEvent(local: endpoint, peer: endpoint, counters: counters))
            #expect(isKept && still.watch.next <= still.now)
            _ = try still.watch.step(at: still.now, proceed: { true })
            #expect(still.watch.records.selfConnections.total == 1 && still.watch.events.unconfirmed.isEmpty)
        }
    }

    @Test("Ends that cannot be kept count as one overflow, and then all targets are surveyed") func unkept() {
        var events = EventReader(isOn: false, at: .zero)
        events.recordLoss()
        events.recordLoss()
        #expect(events.status.overruns == 1)
        let losses = [events.takeLoss(), events.takeLoss()]
        #expect(losses == [true, false])
    }

    @Test("1,000 short self-connections are counted exactly, whether or not they exchange data") func count() throws {
        try PrivateNetwork.run {
            var still = try Standstill([Self.target(40004)])
            for index in 0..<1000 {
                try Self.selfConnect(on: UInt16(40000 + index % 500), of: index < 500 ? .loopback4 : .loopback6, index)
                if index % 25 == 0 { _ = try still.watch.step(at: still.now, proceed: { true }) }
            }
            #expect(try still.isReached { $0.records.selfConnections.total >= 1000 })
            try still.settle()
            #expect(try still.watch.step(at: still.now + .seconds(30), proceed: { true }) == .pass)
            #expect(still.watch.records.selfConnections.total == 1000)
            #expect(try still.snapshot.counters.selfConnections == 1000)
        }
    }

    /// A self-connection as a client makes it; every third one sends nothing, sends and reads, sends and does not read.
    private static func selfConnect(on port: UInt16, of address: IPAddress, _ index: Int) throws {
        let socket = try PlainSocket(for: address)
        try socket.bind(to: Endpoint(address, port))
        try socket.connect(to: Endpoint(address, port))
        guard index % 3 > 0 else { return }
        #expect(socket.send([UInt8](repeating: 7, count: 100)))
        if index % 3 == 1 { #expect(socket.receive(100)) }
    }

    @Test("A self-connection that a pass has seen is counted once, and its end names the owner and the octets sent")
    func owner() throws {
        try PrivateNetwork.run {
            var sockets = try Holding.selfConnected("127.0.0.1").take(40010)
            #expect(sockets.allSatisfy { $0.send([1, 2, 3]) })
            var still = try Standstill([])
            #expect(still.watch.records.selfConnections.total == 1)
            sockets.removeAll()
            #expect(try still.isReached { $0.records.journal.log.events.count == 2 })
            #expect(still.watch.records.selfConnections.total == 1)
            let (found, ended) = try (
                #require(still.watch.records.journal.log.events.first),
                #require(still.watch.records.journal.log.events.last)
            )
            #expect(!found.hasEnded && ended.hasEnded)
            #expect(ended.bytesSent == 3)
            #expect(ended.message.contains("Its owner was"), "\(ended.message)")
        }
    }

    @Test("The daemon's own probes are not counted and cause no pass", .timeLimit(.minutes(5)))
    func ownProbing() throws {
        try PrivateNetwork.run {
            // One that is free, one that is held, one that a connection has taken, and one that is connected to itself.
            let holders = try Holding.listening("127.0.0.1").take(40004) + Holding.source("127.0.0.1").take(40006)
            let targets = (0..<50).map { Self.target(40002 + 2 * $0) }
            var still = try Standstill(targets) { settings in
                settings.probe.loop.interval = .seconds(1)
                settings.probe.loop.processorShare = 1
                settings.map.interval = .seconds(60)
            }
            var now = still.now
            var passes = 0
            while passes < 30 {
                let step = try still.watch.step(at: now, proceed: { true })
                if step == .pass { passes += 1 }
                now = max(now + .milliseconds(100), still.watch.next)
            }
            try still.settle()
            #expect(still.watch.records.selfConnections.total == 0)
            #expect(still.watch.events.status.overruns == 0)
            #expect(try still.watch.step(at: still.now, proceed: { true }) == .nothing)
            // No event has made a pass begin before its time: they are a quarter of the interval apart.
            #expect(now - still.now >= .milliseconds(7500) * (passes - 1))
            withExtendedLifetime(holders) {}
        }
    }

    @Test("Refused attempts of other programs are counted, those of own probes are not") func failedConnects() throws {
        try PrivateNetwork.run {
            let before = OwnFailedConnects.total
            var still = try Standstill([Self.target(40004)]) { $0.probe.loop.interval = .seconds(1) }
            for _ in 0..<100 {
                let client = try PlainSocket(for: .loopback4)
                #expect(throws: SystemCallError.self) { try client.connect(to: Endpoint(.loopback4, 30_000)) }
            }
            // Each of them is refused as well.
            let loop = try TCPSocket(for: .loopback4)
            _ = loop.connectRepeatedly(to: try SocketAddress(Endpoint(.loopback4, 30_000)), atMost: 50)
            #expect(try still.watch.step(at: still.now + .seconds(30), proceed: { true }) == .pass)
            let connects = try still.snapshot.counters.failedConnects
            // Own attempts of tests that run at the same time elsewhere are taken out as well.
            let elsewhere = max(0, OwnFailedConnects.total - before - 50)
            #expect(connects.total <= 100 && connects.total >= 100 - elsewhere)
            #expect(connects.rate.map { $0 <= 100 / 30.0 } == true)
        }
    }
}
