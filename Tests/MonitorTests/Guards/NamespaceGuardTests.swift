// Guards in other network namespaces than the daemon's own, pass by pass.

import Configuration
import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct NamespaceGuardTests {
    @Test func `A configured port is guarded in its namespace and there alone, with the proof`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            let target = Self.target("\(namespaces.path)/blue")
            var passes = try Self.passes([target])
            let found = try passes.nextTarget()
            #expect(found.finding.assessment.verdict == .guarded && found.guardState?.name == .held)
            #expect(found.finding.evidence.probes.testBind?.answer == .yes, "a server can bind")
            #expect(try namespaces.inside("blue") { try !Self.isFree() })
            #expect(try Self.isFree(), "the same port here is another")
            let server = try namespaces.inside("blue") {
                try PlainSocket.listener(on: Endpoint(.loopback4, 50051), reusesAddress: true)
            }
            #expect(try passes.nextTarget().finding.assessment.verdict == .guarded, "it stays beside the server")
            withExtendedLifetime(server) {}
        }
    }

    @Test func `No store gets it, and it is given up by a reload`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            let name = "\(namespaces.path)/blue"
            var passes = try Self.passes([Self.target(name)], GuardKeeper(NoStore()))
            #expect(try passes.nextTarget().guardState?.name == .held)
            try passes.watch.apply(
                passes.watch.settings, targets: [Self.target(name, isGuarded: false)], at: passes.now)
            #expect(try namespaces.inside("blue") { try Self.isFree() })
            #expect(try passes.nextTarget().finding.assessment.verdict == .susceptible)
        }
    }

    @Test func `It is given up when the port is reserved there`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            var passes = try Self.passes([Self.target("\(namespaces.path)/blue")])
            #expect(try passes.nextTarget().guardState?.name == .held)
            try namespaces.inside("blue") { try PrivateNetwork.write("50051", to: "net/ipv4/ip_local_reserved_ports") }
            _ = try passes.nextTarget()
            let reserved = try passes.nextTarget()
            #expect(reserved.guardState?.name == .refused && reserved.finding.assessment.verdict == .reserved)
            #expect(try namespaces.inside("blue") { try Self.isFree() })
        }
    }

    @Test(arguments: [false, true])
    func `It does not keep a namespace alive that nothing else keeps`(_ isDiscovered: Bool) throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            var server: ListeningProcess? = try Self.make("blue", in: &namespaces)
            let name = "\(namespaces.path)/blue"
            var passes = try Self.passes(isDiscovered ? [] : [Self.target(name)], discovering: namespaces.path)
            _ = try passes.next()
            server = nil
            #expect(try passes.nextTarget().guardState?.name == .held)
            namespaces.close("blue")
            #expect(if_nametoindex("here") != 0, "the guard keeps it for now")
            let snapshot = try passes.next()
            #expect(Waiting.holds { if_nametoindex("here") == 0 })
            if isDiscovered {
                #expect(snapshot.targets.isEmpty)
            } else {
                let target = try #require(snapshot.targets.first)
                #expect(target.finding.assessment.verdict == .inconclusive && target.guardState?.name == .waiting)
            }
            _ = server
        }
    }

    @Test func `In another namespace of the same name it is taken again`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            var server: ListeningProcess? = try Self.make("blue", in: &namespaces)
            server = nil
            var passes = try Self.passes([Self.target("\(namespaces.path)/blue")])
            #expect(try passes.nextTarget().guardState?.name == .held)
            namespaces.close("blue")
            try namespaces.make("blue") {}
            #expect(try passes.nextTarget().finding.assessment.verdict == .guarded)
            #expect(try namespaces.inside("blue") { try !Self.isFree() })
            #expect(Waiting.holds { if_nametoindex("here") == 0 }, "the old one is gone")
            _ = server
        }
    }

    @Test func `A discovered port is guarded if its server is known to set SO_REUSEADDR`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            var strict: ListeningProcess? = try namespaces.make("strict") {
                try ListeningProcess(on: "127.0.0.1", port: 50051)
            }
            var lax: ListeningProcess? = try namespaces.make("lax") {
                try ListeningProcess(on: "127.0.0.1", port: 50051, reusesAddress: true)
            }
            var passes = try Self.passes([], discovering: namespaces.path)
            _ = try passes.next()
            (strict, lax) = (nil, nil)
            let snapshot = try passes.next()
            let states = Dictionary(
                snapshot.targets.map { ($0.target.namespace ?? "", $0.guardState?.name) }, uniquingKeysWith: { $1 })
            #expect(states["\(namespaces.path)/strict"] == .refused)
            #expect(states["\(namespaces.path)/lax"] == .held)
            _ = (strict, lax)
        }
    }

    private struct NoStore: GuardStore {
        func keep(_ socket: GuardSocket) -> Bool { preconditionFailure("the store keeps a namespace alive") }
        func drop(_ endpoint: Endpoint) -> Bool { preconditionFailure("the store has none") }
    }

    /// A namespace with a server, and with one end of a pair of interfaces whose other end, `here`, goes with it.
    private static func make(_ name: String, in namespaces: inout HeldNamespaces) throws -> ListeningProcess {
        let home = try Descriptor.open(reading: "/proc/thread-self/ns/net")
        let thread = try #require(realpath("/proc/thread-self", nil))
        defer { free(thread) }
        let path = "\(String(cString: thread))/fd/\(home.number)"
        return try namespaces.make(name) {
            try Command.run("ip", "link", "add", "there", "type", "veth", "peer", "name", "here", "netns", path)
            return try ListeningProcess(on: "127.0.0.1", port: 50051, reusesAddress: true)
        }
    }

    private static func passes(
        _ targets: [Target], _ guards: GuardKeeper = GuardKeeper(), discovering folder: String? = nil
    ) throws -> Passes {
        var settings = Configuration.default
        settings.probe.interval = .seconds(1)
        settings.probe.processorShare = 1
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        settings.discover.listeners = folder != nil
        settings.discover.namespaces = folder != nil
        settings.discover.isGuarded = folder != nil
        settings.discover.minimumAge = .zero
        var passes = try Passes(settings, targets, guards: guards)
        if let folder {
            passes.watch.namespaces = NamespaceWatch {
                HostNamespaces { NamespaceScan(proc: "/nonexistent", directories: [folder]) }
            }
        }
        return passes
    }

    private static func target(_ namespace: String, isGuarded: Bool = true) -> Target {
        Target(name: "t", endpoint: Endpoint(.loopback4, 50051), namespace: namespace, isGuarded: isGuarded)
    }

    private static func isFree() throws -> Bool {
        (try? PlainSocket.listener(on: Endpoint(.loopback4, 50051))) != nil
    }
}
