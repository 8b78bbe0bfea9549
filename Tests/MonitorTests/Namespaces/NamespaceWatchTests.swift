// All network namespaces of a host under watch: made by the test, and found by way of a folder that stands for /run/netns.

import Configuration
import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct NamespaceWatchTests {
    /// Passes of a watch over the namespaces of a folder, an interval apart.
    private static func passes(_ folder: String, of targets: [Target] = [], limit: Int = 1000) throws -> Passes {
        var settings = Configuration.default
        settings.probe.interval = .seconds(1)
        // The time of the test moves only with passes: under a limit a slow one would be overtaken by the next.
        settings.probe.processorShare = 1
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        settings.discover.namespaces = true
        settings.discover.minimumAge = .zero
        settings.discover.limit = limit
        var passes = try Passes(settings, targets)
        passes.watch.namespaces = NamespaceWatch {
            HostNamespaces { NamespaceScan(proc: "/nonexistent", directories: [folder]) }
        }
        return passes
    }

    /// What a namespace is called whose link is not under /run/netns.
    private static func label(_ name: String, _ namespaces: borrowing HeldNamespaces) -> String {
        "\(namespaces.path)/\(name)"
    }

    private static func server() throws -> ListeningSocket { try ListeningSocket(Endpoint(.loopback4, 50051)) }

    @Test func `The verdicts of 200 namespaces are right within one pass while servers and namespaces come and go`()
        throws
    {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let folder = namespaces.path
            var servers: [ListeningSocket?] = []
            for number in 0..<200 { servers.append(try namespaces.make("n\(number)") { try Self.server() }) }
            let before = OwnDescriptors.count
            var passes = try Self.passes(namespaces.path)
            let latent = try passes.next()
            #expect(latent.countByVerdict == [.latent: 200])
            #expect(Set(latent.targets.map(\.target.namespace)) == Set((0..<200).map { "\(folder)/n\($0)" }))
            #expect(latent.host.namespaces.count == 201 && latent.host.namespaces.allSatisfy { $0.fault == nil })

            for index in servers.indices { _ = servers[index].take() }
            #expect(try passes.next().countByVerdict == [.susceptible: 200])

            for number in 0..<20 { namespaces.close("n\(number)") }
            for number in 200..<220 { servers.append(try namespaces.make("n\(number)") { try Self.server() }) }
            let last = try passes.next()
            #expect(last.countByVerdict == [.susceptible: 180, .latent: 20])
            #expect(Set(last.targets.compactMap(\.target.namespace)) == Set((20..<220).map { "\(folder)/n\($0)" }))
            #expect(last.host.namespaces.count == 201)
            #expect(last.events.events.contains { $0.kind == .namespace && $0.namespace == "\(folder)/n0" })
            // The watch has its own few, none for each namespace.
            #expect(OwnDescriptors.count - before < 20)
        }
    }

    @Test func `A deleted namespace is released at once`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let home = try Descriptor.open(reading: "/proc/thread-self/ns/net")
            let thread = try #require(realpath("/proc/thread-self", nil))
            defer { free(thread) }
            let path = "\(String(cString: thread))/fd/\(home.number)"
            var server: ListeningSocket? = try namespaces.make("blue") {
                try Command.run("ip", "link", "add", "there", "type", "veth", "peer", "name", "here", "netns", path)
                return try Self.server()
            }
            var passes = try Self.passes(namespaces.path)
            #expect(try passes.next().countByVerdict == [.latent: 1])
            #expect(if_nametoindex("here") != 0)
            _ = server.take()
            namespaces.close("blue")
            // The other end of its veth goes with the namespace.
            #expect(Waiting.holds { if_nametoindex("here") == 0 })
            #expect(try passes.next().targets.isEmpty)
        }
    }

    @Test func `A self-connection in a namespace is found on every port and reported as an event with its namespace`()
        throws
    {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let client = try namespaces.make("blue") { try Holding.selfConnected("127.0.0.1").take(40_002) }
            var passes = try Self.passes(namespaces.path)
            let blue = Self.label("blue", namespaces)
            let snapshot = try passes.next()
            #expect(snapshot.host.census.selfConnections.map(\.namespace) == [blue])
            let event = try #require(snapshot.events.events.first { $0.kind == .selfConnection })
            #expect(
                event.namespace == blue && event.message.contains("127.0.0.1:40002 in the network namespace \(blue)"))
            let again = try passes.next()
            #expect(again.host.census.selfConnections.count == 1)
            #expect(again.events.events.count { $0.kind == .selfConnection } == 1)
            withExtendedLifetime(client) {}
        }
    }

    @Test
    func `A configured target is surveyed in the pass that sees a self-connection on its port, whenever it is due`()
        throws
    {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            let blue = Self.label("blue", namespaces)
            let target = Target(name: "web", endpoint: Endpoint(.loopback4, 40_002), namespace: blue)
            var passes = try Self.passes(namespaces.path, of: [target])
            #expect(try passes.next().countByVerdict == [.susceptible: 1])
            let client = try namespaces.inside("blue") { try Holding.selfConnected("127.0.0.1").take(40_002) }
            // Before its turn: an interval has four passes.
            passes.now -= .milliseconds(750)
            let seen = try passes.next()
            #expect(seen.countByVerdict == [.selfConnected: 1] && seen.unwatchedSelfConnections.isEmpty)
            withExtendedLifetime(client) {}
        }
    }

    @Test func `One namespace cannot fill the list of self-connections, and what is left out is counted`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let busy = try namespaces.make("busy") {
                try (0..<260).map { try Holding.selfConnected("127.0.0.1").take(40_000 + $0) }
            }
            let client = try namespaces.make("zone") { try Holding.selfConnected("127.0.0.1").take(40_002) }
            var passes = try Self.passes(namespaces.path)
            for _ in 0..<2 {
                let census = try passes.next().host.census
                #expect(census.selfConnections.count == 257 && census.omitted == 4)
            }
            withExtendedLifetime((busy, client)) {}
        }
    }

    @Test func `A port that a connection takes after its server has gone is stolen in that namespace`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            var server: ListeningSocket? = try namespaces.make("blue") { try Self.server() }
            var passes = try Self.passes(namespaces.path)
            #expect(try passes.next().countByVerdict == [.latent: 1])
            _ = server.take()
            let sockets = try namespaces.inside("blue") { try Holding.source("127.0.0.1").take(50_051) }
            let stolen = try passes.next()
            #expect(stolen.countByVerdict == [.stolen: 1])
            #expect(stolen.targets.first?.finding.evidence.stealingConnection?.socket.peer.port == 30_000)
            withExtendedLifetime(sockets) {}
        }
    }

    @Test func `What a pass has seen that was ended early does not count in the next one`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let server = try namespaces.make("blue") { try Self.server() }
            try namespaces.make("zone") {}
            let target = Target(
                name: "web", endpoint: Endpoint(.loopback4, 50051), namespace: Self.label("blue", namespaces))
            var passes = try Self.passes(namespaces.path, of: [target])
            #expect(try passes.next().countByVerdict == [.latent: 1])
            // The target, and the visits to blue and to zone.
            var calls = 0
            let step = try passes.watch.step(at: passes.now) {
                calls += 1
                return calls < 3
            }
            #expect(step == .nothing && passes.watch.pass?.states.count == 1)
            try namespaces.inside("blue") { try PrivateNetwork.write("50051", to: "net/ipv4/ip_local_reserved_ports") }
            passes.now += .seconds(1)
            #expect(try passes.next().countByVerdict == [.reserved: 1])
            withExtendedLifetime(server) {}
        }
    }

    @Test func `One namespace cannot use up the limit of discovered targets`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let busy = try namespaces.make("busy") {
                try (0..<50).map { try ListeningSocket(Endpoint(.loopback4, 40_000 + UInt16($0))) }
            }
            let server = try namespaces.make("zone") { try Self.server() }
            var passes = try Self.passes(namespaces.path, limit: 40)
            let (busyLabel, zone) = (Self.label("busy", namespaces), Self.label("zone", namespaces))
            let snapshot = try passes.next()
            #expect(snapshot.targets.count { $0.target.namespace == busyLabel } == 16)
            #expect(snapshot.host.unwatched.ofListeners == 34, "the others are counted")
            #expect(snapshot.targets.count { $0.target.namespace == zone } == 1)
            withExtendedLifetime((busy, server)) {}
        }
    }

    @Test func `A changed range in a namespace is drift there, and changes its verdicts with the next pass`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let server = try namespaces.make("blue") { try Self.server() }
            var passes = try Self.passes(namespaces.path)
            let blue = Self.label("blue", namespaces)
            _ = try passes.next()
            try namespaces.inside("blue") { try PrivateNetwork.write("50051", to: "net/ipv4/ip_local_reserved_ports") }
            let snapshot = try passes.next()
            #expect(snapshot.countByVerdict == [.reserved: 1])
            #expect(snapshot.events.events.contains { $0.kind == .drift && $0.namespace == blue })
            withExtendedLifetime(server) {}
        }
    }

    @Test func `A new server is judged by the facts of the moment, although not every visit reads them`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            var passes = try Self.passes(namespaces.path)
            _ = try passes.next()
            try namespaces.inside("blue") { try PrivateNetwork.write("50051", to: "net/ipv4/ip_local_reserved_ports") }
            let server = try namespaces.inside("blue") { try Self.server() }
            // A quarter of the interval after the last pass.
            passes.now -= .milliseconds(750)
            #expect(try passes.next().countByVerdict == [.reserved: 1])
            withExtendedLifetime(server) {}
        }
    }

    @Test func `A change in a namespace without targets is drift within the interval`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            try namespaces.make("blue") {}
            var passes = try Self.passes(namespaces.path)
            let start = passes.now
            _ = try passes.next()
            try namespaces.inside("blue") { try PrivateNetwork.write("50051", to: "net/ipv4/ip_local_reserved_ports") }
            var snapshot: Snapshot
            repeat {
                passes.now -= .milliseconds(750)
                snapshot = try passes.next()
            } while !snapshot.events.events.contains { $0.kind == .drift } && passes.now - start < .seconds(5)
            // `now` is an interval after the last pass.
            #expect(passes.now - start < .milliseconds(2100))
        }
    }

    @Test func `A reload that ends the watch over namespaces forgets their targets`() throws {
        try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let server = try namespaces.make("blue") { try Self.server() }
            var passes = try Self.passes(namespaces.path)
            #expect(try passes.next().targets.count == 1)
            var settings = passes.watch.settings
            settings.discover.namespaces = false
            try passes.watch.apply(settings, targets: [], at: Clock.monotonic)
            let snapshot = try passes.next()
            #expect(snapshot.targets.isEmpty && snapshot.host.namespaces.map(\.label.origin) == [.own])
            withExtendedLifetime(server) {}
        }
    }
}
