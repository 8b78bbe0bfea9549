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
            var passes = try Self.passes([Self.target(40002)])
            let found = try passes.nextTarget()
            #expect(found.finding.assessment.verdict == .guarded && found.finding.assessment.severity == .ok)
            #expect(found.finding.evidence.probes.testBind?.answer == .yes, "a server can bind")
            let probes = found.finding.evidence.probes.directed
            #expect(probes.isEmpty == !KernelFeature.hasLocalPortRange)
            #expect(probes.values.allSatisfy { $0.outcome == .notAvailable })
            #expect(found.guardState?.name == .held)
            #expect(passes.watch.records.journal.log.events.map(\.kind) == [.verdict, .guard])
        }
    }

    @Test func `A guard waits while a server listens and is held after it has gone`() throws {
        try PrivateNetwork.run {
            var server: PlainSocket? = try .listener(on: Endpoint(.loopback4, 40002), reusesAddress: true)
            var passes = try Self.passes([Self.target(40002)])
            let waiting = try passes.nextTarget()
            #expect(waiting.finding.assessment.verdict == .latent)
            #expect(
                waiting.guardState?.reason?.hasPrefix("a server listens") == true,
                "\(String(describing: waiting.guardState))")
            server = nil
            #expect(try passes.nextTarget().finding.assessment.verdict == .guarded)
            server = try .listener(on: Endpoint(.unspecified4, 40002), reusesAddress: true)
            #expect(try passes.nextTarget().finding.assessment.verdict == .guarded, "it stays beside the server")
            _ = server
        }
    }

    @Test func `A guard beside a server without SO_REUSEADDR is refused, even after the server has gone`() throws {
        try PrivateNetwork.run {
            var server: ListeningProcess? = try ListeningProcess(on: "127.0.0.1", port: 40002)
            var passes = try Self.passes([Self.target(40002)])
            #expect(try passes.nextTarget().guardState?.name == .refused)
            server = nil
            let down = try passes.nextTarget()
            #expect(down.guardState?.name == .refused && down.finding.assessment.verdict == .susceptible)
            _ = server
        }
    }

    @Test func `A guard is released if its port is reserved, outside the range or no longer configured`() throws {
        try PrivateNetwork.run {
            var passes = try Self.passes([Self.target(40002)])
            #expect(try passes.nextTarget().guardState?.name == .held)
            try PrivateNetwork.write("40002", to: "net/ipv4/ip_local_reserved_ports")
            _ = try passes.nextTarget()
            let reserved = try passes.nextTarget()
            #expect(reserved.guardState?.name == .refused && reserved.finding.assessment.verdict == .reserved)
            #expect(try Self.isFree(40002))
            try PrivateNetwork.write("", to: "net/ipv4/ip_local_reserved_ports")
            _ = try passes.nextTarget()
            #expect(try passes.nextTarget().guardState?.name == .held)
            try passes.watch.apply(Self.settings, targets: [Self.target(40002, isGuarded: false)], at: passes.now)
            let plain = try passes.nextTarget()
            #expect(plain.guardState == nil && plain.finding.assessment.verdict == .susceptible)
            #expect(try Self.isFree(40002))
        }
    }

    @Test func `Guards of the last run are taken over by their address, and others are closed`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            let left = try [40002, 40004].map { try GuardSocket(on: Endpoint(.loopback4, $0)) }
            let inode = left[0].inode
            var passes = try Self.passes([Self.target(40002)], GuardKeeper(store, inheriting: left))
            #expect(try passes.nextTarget().guardState?.name == .held)
            #expect(store.log.withLock { $0 } == ["drop 127.0.0.1:40004"], "the store has the other already")
            #expect(passes.watch.guards.own(in: nil).inodes == [inode])
        }
    }

    @Test func `A guard is stored, with retries, and removed from the store when it is released`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            store.isFull.withLock { $0 = true }
            var passes = try Self.passes([Self.target(40002)], GuardKeeper(store))
            _ = try passes.nextTarget()
            store.isFull.withLock { $0 = false }
            _ = try passes.nextTarget()
            _ = try passes.nextTarget()
            try passes.watch.apply(Self.settings, targets: [], at: passes.now)
            #expect(
                store.log.withLock { $0 } == [
                    "full 127.0.0.1:40002", "keep 127.0.0.1:40002", "drop 127.0.0.1:40002",
                ])
        }
    }

    @Test func `A failed removal of a guard from the store is retried`() throws {
        try PrivateNetwork.run {
            let store = RecordingStore()
            var passes = try Self.passes(
                [Self.target(40002), Self.target(40004, isGuarded: false)], GuardKeeper(store))
            _ = try passes.nextTarget()
            store.isFull.withLock { $0 = true }
            try passes.watch.apply(Self.settings, targets: [Self.target(40004, isGuarded: false)], at: passes.now)
            store.isFull.withLock { $0 = false }
            _ = try passes.nextTarget()
            _ = try passes.nextTarget()
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

    private static let settings = {
        var settings = Configuration.default
        settings.probe.interval = .seconds(1)
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        settings.discover.listeners = false
        return settings
    }()

    private static func passes(_ targets: [Target], _ guards: GuardKeeper = GuardKeeper()) throws -> Passes {
        try Passes(settings, targets, guards: guards)
    }

    private static func target(_ port: UInt16, isGuarded: Bool = true) -> Target {
        Target(name: "t", endpoint: Endpoint(.loopback4, port), isGuarded: isGuarded)
    }

    private static func isFree(_ port: UInt16) throws -> Bool {
        (try? PlainSocket.listener(on: Endpoint(.loopback4, port))) != nil
    }
}
