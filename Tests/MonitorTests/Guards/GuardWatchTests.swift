// Guards in a private network, pass by pass.

import Configuration
import Linux
import Probing
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct GuardWatchTests {
    @Test func `A free port is guarded in the first pass, with the proof`() throws {
        try PrivateNetwork.run {
            var passes = try Passes([Self.target(40002)])
            let found = try passes.next()
            #expect(found.finding.assessment.verdict == .guarded && found.finding.assessment.severity == .ok)
            #expect(found.finding.evidence.access?.answer == .yes, "a server can bind")
            #expect(found.finding.evidence.directed.values.allSatisfy { $0.outcome == .notAvailable })
            #expect(found.guardState?.name == .held)
            #expect(passes.events.map(\.kind) == [.verdict, .guard])
        }
    }

    @Test func `While a server listens the guard waits, and it is taken when the server has gone`() throws {
        try PrivateNetwork.run {
            var server: PlainSocket? = try .listener(on: Endpoint(.loopback4, 40002), reusesAddress: true)
            var passes = try Passes([Self.target(40002)])
            let waiting = try passes.next()
            #expect(waiting.finding.assessment.verdict == .latent)
            #expect(
                waiting.guardState?.reason?.hasPrefix("a server listens") == true,
                "\(String(describing: waiting.guardState))")
            server = nil
            #expect(try passes.next().finding.assessment.verdict == .guarded)
            server = try .listener(on: Endpoint(.unspecified4, 40002), reusesAddress: true)
            #expect(try passes.next().finding.assessment.verdict == .guarded, "it stays beside the server")
            _ = server
        }
    }

    @Test func `Beside a server that does not set SO_REUSEADDR it is refused, also once that is down`() throws {
        try PrivateNetwork.run {
            var server: ListeningProcess? = try ListeningProcess(on: "127.0.0.1", port: 40002)
            var passes = try Passes([Self.target(40002)])
            #expect(try passes.next().guardState?.name == .refused)
            server = nil
            let down = try passes.next()
            #expect(down.guardState?.name == .refused && down.finding.assessment.verdict == .susceptible)
            _ = server
        }
    }

    @Test func `Reserved, out of the range or not asked for, it is given up`() throws {
        try PrivateNetwork.run {
            var passes = try Passes([Self.target(40002)])
            #expect(try passes.next().guardState?.name == .held)
            try PrivateNetwork.write("40002", to: "net/ipv4/ip_local_reserved_ports")
            _ = try passes.next()
            let reserved = try passes.next()
            #expect(reserved.guardState?.name == .refused && reserved.finding.assessment.verdict == .reserved)
            #expect(try Self.isFree(40002))
            try PrivateNetwork.write("", to: "net/ipv4/ip_local_reserved_ports")
            _ = try passes.next()
            #expect(try passes.next().guardState?.name == .held)
            try passes.apply([Self.target(40002, isGuarded: false)])
            let plain = try passes.next()
            #expect(plain.guardState == nil && plain.finding.assessment.verdict == .susceptible)
            #expect(try Self.isFree(40002))
        }
    }

    @Test func `What the last run left is taken over by its address, and what is not wanted is given up`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            let left = try [40002, 40004].map { try GuardSocket(on: Endpoint(.loopback4, $0)) }
            let inode = left[0].inode
            var passes = try Passes([Self.target(40002)], GuardKeeper(store, inheriting: left))
            #expect(try passes.next().guardState?.name == .held)
            #expect(store.log.withLock { $0 } == ["drop 127.0.0.1:40004"], "the store has the other already")
            #expect(passes.watch.guards.own.inodes == [inode])
        }
    }

    @Test func `A guard is handed to the store, again until that was done, and taken out when it is given up`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            store.isFull.withLock { $0 = true }
            var passes = try Passes([Self.target(40002)], GuardKeeper(store))
            _ = try passes.next()
            store.isFull.withLock { $0 = false }
            _ = try passes.next()
            _ = try passes.next()
            try passes.apply([])
            #expect(
                store.log.withLock { $0 } == [
                    "full 127.0.0.1:40002", "keep 127.0.0.1:40002", "drop 127.0.0.1:40002",
                ])
        }
    }

    @Test func `A store that could not be asked to close a guard is asked again`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            var passes = try Passes([Self.target(40002), Self.target(40004, isGuarded: false)], GuardKeeper(store))
            _ = try passes.next()
            store.isFull.withLock { $0 = true }
            try passes.apply([Self.target(40004, isGuarded: false)])
            store.isFull.withLock { $0 = false }
            _ = try passes.next()
            _ = try passes.next()
            #expect(
                store.log.withLock { $0 } == [
                    "keep 127.0.0.1:40002", "full 127.0.0.1:40002", "drop 127.0.0.1:40002",
                ])
        }
    }

    private final class RecordingStore: GuardStore {
        let log = Mutex<[String]>([])
        let isFull = Mutex(false)

        func keep(_ socket: GuardSocket) -> Bool {
            let isFull = isFull.withLock { $0 }
            log.withLock { $0.append("\(isFull ? "full" : "keep") \(socket.endpoint)") }
            return !isFull
        }

        func drop(_ endpoint: Endpoint) -> Bool {
            let isFull = isFull.withLock { $0 }
            log.withLock { $0.append("\(isFull ? "full" : "drop") \(endpoint)") }
            return !isFull
        }
    }

    /// Passes of a watch, an interval apart.
    private struct Passes: ~Copyable {
        var watch: Watch
        private var settings = Configuration.default
        private var now = Clock.monotonic

        init(_ targets: [Target], _ guards: GuardKeeper = GuardKeeper()) throws {
            settings.probe.interval = .seconds(1)
            settings.probe.loop.interval = .zero
            settings.map.interval = .zero
            settings.discover.listeners = false
            watch = try Watch(settings, targets: targets, guards: guards, at: now)
        }

        /// The first target after one more pass.
        mutating func next() throws -> WatchedTarget {
            while try watch.step(at: now, proceed: { true }) != .pass { now = max(now, watch.next) }
            now += settings.probe.interval
            let snapshot = watch.snapshot(at: Clock.wall)
            return try #require(snapshot?.targets.first)
        }

        mutating func apply(_ targets: [Target]) throws { try watch.apply(settings, targets: targets, at: now) }

        var events: [Event] { watch.journal.log.events }
    }

    private static func target(_ port: UInt16, isGuarded: Bool = true) -> Target {
        Target(name: "t", endpoint: Endpoint(.loopback4, port), isGuarded: isGuarded)
    }

    private static func isFree(_ port: UInt16) throws -> Bool {
        (try? PlainSocket.listener(on: Endpoint(.loopback4, port))) != nil
    }
}
