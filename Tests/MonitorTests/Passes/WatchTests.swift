// The watch in a private network, pass by pass: time is a parameter, so no test waits for an interval.

import Configuration
import Glibc
import Linux
import Reporting
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct WatchTests {
    private static func settings(keep: Duration = .seconds(3600)) -> Configuration {
        var settings = Configuration.default
        settings.probe.interval = .seconds(1)
        settings.probe.loop.interval = .zero
        settings.map.interval = .zero
        settings.discover.keep = keep
        settings.discover.minimumAge = .zero
        return settings
    }

    private static func verdict(_ snapshot: Snapshot, _ endpoint: String) -> Verdict? {
        snapshot.targets.first { "\($0.target.endpoint)" == endpoint }?.finding.assessment.verdict
    }

    @Test func `A listener in the range is watched, and its end changes the verdict`() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings(), [])
            var listener: ListeningSocket? = try ListeningSocket(try Endpoint("127.0.0.1:40004"))
            let held = try passes.next()
            #expect(Self.verdict(held, "127.0.0.1:40004") == .latent)
            #expect(held.targets.map(\.target.source) == [.discovered])
            #expect(held.host.census.listeners.count == 1)

            _ = listener.take()
            let free = try passes.next()
            #expect(Self.verdict(free, "127.0.0.1:40004") == .susceptible)
            let change = try #require(free.targets.first?.current)
            #expect(change.previous == .latent)
            #expect(free.events.events.last?.severity == .warning)
        }
    }

    @Test func `The pass that sees a self-connection surveys the targets on its port, whenever they are due`() throws {
        try PrivateNetwork.run {
            var settings = Self.settings()
            settings.probe.interval = .seconds(3600)
            let target = Target(name: "a", endpoint: try Endpoint("127.0.0.1:40004"))
            var passes = try Passes(settings, [target])
            #expect(Self.verdict(try passes.next(), "127.0.0.1:40004") == .susceptible)
            let client = try ListeningProcess.selfConnected(on: target.endpoint)
            passes.now -= settings.probe.interval * 3 / 4
            let seen = try passes.next()
            #expect(seen.host.census.selfConnections.count == 1 && seen.unwatchedSelfConnections.isEmpty)
            #expect(Self.verdict(seen, "127.0.0.1:40004") == .selfConnected)
            withExtendedLifetime(client) {}
        }
    }

    @Test func `A listener on all addresses is watched on the addresses that clients use`() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings(), [])
            let all = try ListeningSocket(try Endpoint("0.0.0.0:40004"))
            let six = try ListeningSocket(try Endpoint("[::]:40006"))
            let snapshot = try passes.next()
            withExtendedLifetime((all, six)) {
                #expect(snapshot.targets.map { "\($0.target.endpoint)" } == ["127.0.0.1:40004", "[::1]:40006"])
            }
        }
    }

    @Test func `A listener outside the range is not watched`() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings(), [])
            let listener = try ListeningSocket(try Endpoint("127.0.0.1:30000"))
            let snapshot = try passes.next()
            withExtendedLifetime(listener) { #expect(snapshot.targets.isEmpty) }
        }
    }

    @Test func `A discovered target is forgotten a while after its listener has gone`() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings(keep: .seconds(2)), [])
            var listener: ListeningSocket? = try ListeningSocket(try Endpoint("127.0.0.1:40004"))
            _ = try passes.next()
            _ = listener.take()
            _ = try passes.next()
            #expect(try passes.next().targets.count == 1)
            let forgotten = try passes.next()
            #expect(forgotten.targets.isEmpty)
            #expect(forgotten.events.events.last?.kind == .forgotten)
        }
    }

    @Test func `A configured target stays configured when its listener is discovered`() throws {
        try PrivateNetwork.run {
            let target = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40004"))
            var passes = try Passes(Self.settings(), [target])
            let listener = try ListeningSocket(target.endpoint)
            let snapshot = try passes.next()
            withExtendedLifetime(listener) { #expect(snapshot.targets.map(\.target) == [target]) }
        }
    }

    @Test func `A changed range is reported once and renews every verdict in the same pass`() throws {
        try PrivateNetwork.run {
            let targets = try (0..<20).map {
                Target(name: "t", endpoint: try Endpoint("127.0.0.1:\(30000 + $0)"))
            }
            var passes = try Passes(Self.settings(), targets)
            #expect(try passes.next().countByVerdict == [.outsideRange: 20])
            try PrivateNetwork.write("29000 41000", to: "net/ipv4/ip_local_port_range")
            let changed = try passes.next()
            #expect(changed.countByVerdict == [.susceptible: 20])
            #expect(changed.drift.count == 1)
            #expect(changed.events.events.filter { $0.kind == .drift }.count == 1)
            #expect(try passes.next().drift.count == 1)
        }
    }

    @Test func `The daemon's own port is checked again when the range changes`() throws {
        try PrivateNetwork.run {
            let own = Target(name: "selfconnectd", endpoint: try Endpoint("127.0.0.1:9293"), source: .own)
            var passes = try Passes(Self.settings(), [own])
            _ = try passes.next()
            try PrivateNetwork.write("9000 41000", to: "net/ipv4/ip_local_port_range")
            let drifts = try passes.next().events.events.filter { $0.kind == .drift }
            #expect(drifts.map(\.severity) == [.notice, .warning])
        }
    }

    @Test func `Self-connections of every user are found on every port`() throws {
        try PrivateNetwork.run {
            var passes = try Passes(Self.settings(), [])
            let socket = try TCPSocket(for: .loopback4)
            try socket.setLocalPortRange(PortRange(40010, 40010))
            _ = try socket.connect(to: try SocketAddress(try Endpoint("127.0.0.1:40010")))
            let snapshot = try passes.next()
            #expect(snapshot.host.census.selfConnections.map { "\($0.socket.local)" } == ["127.0.0.1:40010"])
            #expect(snapshot.events.events.map(\.kind) == [.selfConnection])
            #expect(try passes.next().events.total == 1, "an unchanged finding is not reported again")
            try socket.disconnect()
            #expect(try passes.next().host.census.selfConnections.isEmpty)
        }
    }

    @Test(.enabled(if: DescriptorLimit.raise(to: 11_000), "needs 11,000 descriptors"))
    func `A storm of listeners is bounded in memory and log lines, and omissions are reported`() throws {
        try PrivateNetwork.run(range: PortRange(1024, 65535), reserved: "") {
            var settings = Self.settings(keep: .seconds(1))
            settings.discover.limit = 10_000
            settings.probe.processorShare = 1
            var passes = try Passes(settings, [])
            var listeners: [ListeningSocket] = []
            for port in 20_000..<30_000 {
                listeners.append(try ListeningSocket(try Endpoint("127.0.0.1:\(port)"), backlog: 1))
            }
            #expect(try passes.next().targets.count == 10_000)
            let (logged, omitted) = passes.watch.records.journal.takeUnlogged()
            #expect(logged.count + omitted == 10_000)
            #expect(logged.count <= 64)
            listeners.removeAll()
            let gone = try passes.next()
            #expect(gone.countByVerdict == [.susceptible: 10_000])
            #expect(gone.events.events.count <= 512)
            _ = try passes.next()
            #expect(try passes.next().targets.isEmpty)
        }
    }

    @Test func `An entry for all addresses follows changes of the addresses`() throws {
        try PrivateNetwork.run {
            var settings = Self.settings()
            settings.hostWideTargets = [
                AllAddressesTarget(name: "web", ports: try PortSet("40002"), clients: [.connect])
            ]
            var passes = try Passes(settings, [])
            #expect(try passes.next().targets.map { "\($0.target.endpoint)" } == ["127.0.0.1:40002", "[::1]:40002"])
            try Command.run("ip", "address", "add", "127.0.0.5/8", "dev", "lo")
            let more = try passes.next()
            #expect(Self.verdict(more, "127.0.0.5:40002") == .notSelf)
            try Command.run("ip", "address", "del", "127.0.0.5/8", "dev", "lo")
            #expect(try passes.next().targets.count == 2)
        }
    }

    @Test func `A target in a missing namespace is inconclusive, with the reason`() throws {
        try PrivateNetwork.run {
            let target = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40002"), namespace: "no-such-namespace")
            var passes = try Passes(Self.settings(), [target])
            let assessment = try #require(try passes.next().targets.first?.finding.assessment)
            #expect(assessment.verdict == .inconclusive)
            #expect(assessment.reason.contains("no-such-namespace"), "\(assessment.reason)")
        }
    }

    @Test func `Many short-lived listeners do not displace others`() throws {
        try PrivateNetwork.run(range: PortRange(1024, 65535), reserved: "") {
            var list = Watchlist([], discovering: DiscoveryRules(keep: .seconds(3600), limit: 3))
            func listeners(_ ports: UInt16...) -> [Holder] {
                ports.map { port in
                    let socket = SocketRecord(
                        state: .listen, local: Endpoint(.loopback4, port), peer: Endpoint(.loopback4, 0))
                    return Holder(state: .listening, socket: socket, conflicts: true)
                }
            }
            _ = list.follow(listeners(2001, 2002), at: .seconds(1))
            _ = list.follow(listeners(2003), at: .seconds(2))
            let (added, forgotten) = list.follow(listeners(2002, 2004, 2005), at: .seconds(3))
            #expect(added.map(\.endpoint.port) == [2004, 2005])
            #expect(Set(forgotten.map(\.endpoint.port)) == [2001, 2003])
            #expect(list.unwatched.count == 0)
            _ = list.follow(listeners(2002, 2004, 2005, 2006), at: .seconds(4))
            #expect(list.unwatched.count == 1, "those that are there stay")
        }
    }

    @Test func `Addresses above the limit are counted and reported`() throws {
        var list = Watchlist([], discovering: DiscoveryRules(keep: .seconds(3600)), hostWideLimit: 5)
        let entry = AllAddressesTarget(name: "web", ports: try PortSet("50000-50003"), clients: [.connect])
        let (added, _) = list.follow([entry], on: [.loopback4, .loopback6])
        #expect(added.count == 5)
        #expect(list.unwatched.count == 3)
        #expect(list.follow([entry], on: [.loopback4]).forgotten.count == 2)
        #expect(list.targets.count == 4)
    }

    @Test func `A host with too many addresses is reported once, with the number`() throws {
        try PrivateNetwork.run {
            let addresses = (0..<5100).map { "address add 10.1.\($0 / 256).\($0 % 256)/32 dev lo\n" }.joined()
            let file = try TemporaryFile(addresses, suffix: ".batch")
            try Command.run("ip", "-batch", file.path)
            var settings = Self.settings()
            settings.hostWideTargets = [
                AllAddressesTarget(name: "web", ports: try PortSet("40002,40004"), clients: [.connect])
            ]
            var passes = try Passes(settings, [])
            let snapshot = try passes.next()
            // In addition to 127.0.0.1 and ::1.
            #expect(snapshot.targets.count == 10_000 && snapshot.host.unwatched.count == 2 * 5102 - 10_000)
            #expect(snapshot.host.unwatched.ofListeners == 0)
            #expect(StatusLine.text(snapshot).contains(", 204 not watched: too many, last pass"))
        }
    }

    @Test func `A port with connections of a closed listener is held, not stolen`() throws {
        try PrivateNetwork.run {
            let target = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40004"))
            var passes = try Passes(Self.settings(), [target])
            var listener: ListeningSocket? = try ListeningSocket(target.endpoint)
            let client = try TCPSocket(for: .loopback4)
            _ = try client.connect(to: try SocketAddress(target.endpoint))
            let accepted = try #require(try listener?.accept())
            _ = listener.take()
            let assessment = try #require(try passes.next().targets.first?.finding.assessment)
            withExtendedLifetime(accepted) {
                #expect(assessment.verdict == .latent)
                #expect(assessment.reason.contains("left by a listener that has gone"), "\(assessment.reason)")
            }
            #expect(throws: Never.self) { try ListeningSocket(target.endpoint) }
        }
    }

    @Test func `The end of a loop or a sweep is not a pass and does not clear its fault`() throws {
        try PrivateNetwork.run {
            var settings = Self.settings()
            settings.probe.interval = .seconds(3600)
            settings.probe.loop.interval = .seconds(1)
            settings.map.interval = .seconds(60)
            let target = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40002"))
            var watch = try Watch(settings, targets: [target], at: Clock.monotonic)
            var steps = [try watch.step(at: Clock.monotonic) { true }]
            #expect(steps == [.pass])
            let passed = watch.snapshot(at: Clock.wall)?.times.lastPass
            let hasBoth = try Waiting.holds(every: .zero) {
                steps.append(try watch.step(at: Clock.monotonic) { true })
                let snapshot = watch.snapshot(at: Clock.wall)
                return snapshot?.map.map != nil && snapshot?.targets.first?.loop != nil
            }
            #expect(hasBoth && steps.contains(.intermediate) && !steps.dropFirst().contains(.pass))
            let now = Clock.wall
            let snapshot = watch.snapshot(at: now)
            #expect(snapshot?.times.lastPass == passed && snapshot?.times.published == now, "nor is it one")
        }
    }

    @Test func `If the whole range is reserved, every target is reserved`() throws {
        try PrivateNetwork.run(reserved: "40000-41000") {
            let targets = try ["127.0.0.1", "[::1]", "127.0.1.1"].map {
                Target(name: "t", endpoint: try Endpoint("\($0):40002"))
            }
            var passes = try Passes(Self.settings(), targets)
            #expect(try passes.next().countByVerdict == [.reserved: 3])
        }
    }

    @Test func `A pass that runs out of descriptors keeps all findings, and the next surveys the rest`()
        throws
    {
        try PrivateNetwork.run {
            let targets = try (0..<20).map { Target(name: "t", endpoint: try Endpoint("127.0.0.1:\(40100 + $0)")) }
            var settings = Self.settings()
            settings.probe.interval = .seconds(3600)
            var passes = try Passes(settings, [targets[0]])
            let before = try passes.next()
            try passes.watch.apply(settings, targets: targets, at: passes.now)
            var taken: [Int32] = []
            defer { for descriptor in taken { close(descriptor) } }
            var calls = 0
            let now = passes.now
            let error = #expect(throws: SystemCallError.self) {
                _ = try passes.watch.step(at: now) {
                    calls += 1
                    guard calls == 10 else { return true }
                    while case let descriptor = dup(STDERR_FILENO), descriptor >= 0 { taken.append(descriptor) }
                    return true
                }
            }
            #expect(error?.code == EMFILE && calls == 10)
            #expect(passes.watch.snapshot(at: Clock.wall) == nil, "some have not been looked at")
            for descriptor in taken { close(descriptor) }
            taken = []
            passes.now = passes.watch.next
            #expect(passes.now <= now + settings.probe.interval / 4)
            let after = try passes.next()
            #expect(after.countByVerdict == [.susceptible: 20])
            #expect(after.targets.first?.current == before.targets.first?.current)
        }
    }

    @Test func `A lack of descriptors does not change findings of another namespace`() throws {
        try PrivateNetwork.run {
            let namespace = try NamedNamespace()
            let name = namespace.name
            let targets = try [40_002, 40_004, 40_006].map {
                Target(name: "there", endpoint: try Endpoint("127.0.0.1:\($0)"), namespace: name)
            }
            var passes = try Passes(Self.settings(), targets)
            let before = try passes.next().countByVerdict
            #expect(before[.inconclusive] == nil)
            var taken: [Int32] = []
            defer { for descriptor in taken { close(descriptor) } }
            let now = passes.now
            let error = #expect(throws: SystemCallError.self) {
                _ = try passes.watch.step(at: now) {
                    while case let descriptor = dup(STDERR_FILENO), descriptor >= 0 { taken.append(descriptor) }
                    return true
                }
            }
            #expect(error?.code == EMFILE)
            for descriptor in taken { close(descriptor) }
            taken = []
            let known = passes.watch.snapshot(at: Clock.wall)?.countByVerdict
            #expect(known == before)
            passes.now = passes.watch.next
            let after = try passes.next()
            #expect(after.countByVerdict == before && after.events.total == 3)
        }
    }

    @Test func `A pass that is asked to stop stops between two targets`() throws {
        try PrivateNetwork.run {
            let targets = try (0..<100).map { Target(name: "t", endpoint: try Endpoint("127.0.0.1:\(40100 + $0)")) }
            var watch = try Watch(Self.settings(), targets: targets, at: .zero)
            var calls = 0
            let step = try watch.step(at: .zero) {
                calls += 1
                return calls <= 10
            }
            #expect(step == .nothing)
            #expect(calls == 11)
        }
    }

    @Test func `A pass that is asked to stop stops between two targets of another namespace`() throws {
        try PrivateNetwork.run {
            let namespace = try NamedNamespace()
            let name = namespace.name
            let targets = try [40_002, 40_004].map {
                Target(name: "there", endpoint: try Endpoint("127.0.0.1:\($0)"), namespace: name)
            }
            var watch = try Watch(Self.settings(), targets: targets, at: .zero)
            var asked = 0
            let step = try watch.step(at: .zero) {
                asked += 1
                return asked < 2
            }
            #expect(step == .nothing && asked == 2)
            let isComplete = watch.snapshot(at: Clock.wall) != nil
            #expect(!isComplete)
        }
    }

    @Test func `A changed range in another namespace renews all of its verdicts within a second`() throws {
        try PrivateNetwork.run {
            let namespace = try NamedNamespace()
            try namespace.run("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=40000 41000")
            let name = namespace.name
            let targets = try (0..<8).map {
                Target(name: "there", endpoint: try Endpoint("127.0.0.1:\(40_002 + 2 * $0)"), namespace: name)
            }
            var settings = Self.settings()
            settings.probe.interval = .seconds(80)
            var watch = try Watch(settings, targets: targets, at: .zero)
            _ = try watch.step(at: .zero) { true }
            try namespace.run("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=50000 51000")
            // According to the schedule, some are due in each quarter of the interval.
            let turn = watch.next
            _ = try watch.step(at: turn) { true }
            let first = watch.snapshot(at: Clock.wall)?.countByVerdict ?? [:]
            #expect(first[.susceptible, default: 0] > 0 && first[.outsideRange, default: 0] > 0, "\(first)")
            let next = watch.next
            #expect(next <= turn + .seconds(1))
            _ = try watch.step(at: next) { true }
            let second = watch.snapshot(at: Clock.wall)?.countByVerdict
            #expect(second == [.outsideRange: 8])
        }
    }

    @Test func `A port in use here is not stolen from a target in another namespace`() throws {
        try PrivateNetwork.run {
            let server = try ListeningSocket(try Endpoint("127.0.0.1:20000"))
            let client = try TCPSocket(for: .loopback4)
            try client.setLocalPortRange(PortRange(40012, 40012))
            _ = try client.connect(to: try SocketAddress(server.endpoint))
            let endpoint = try Endpoint("127.0.0.1:40012")
            let elsewhere = Target(name: "elsewhere", endpoint: endpoint, namespace: "/nonexistent")
            var passes = try Passes(Self.settings(), [elsewhere])
            let verdicts = try passes.next().countByVerdict
            #expect(verdicts == [.inconclusive: 1])
            withExtendedLifetime(server) { _ = client.self }
        }
    }

    @Test func `A new configuration is applied between two passes, and targets that stay keep their history`() throws {
        try PrivateNetwork.run {
            let stays = Target(name: "web", endpoint: try Endpoint("127.0.0.1:40002"))
            let goes = Target(name: "old", endpoint: try Endpoint("127.0.0.1:40006"))
            let comes = Target(name: "new", endpoint: try Endpoint("127.0.0.1:40008"))
            var settings = Self.settings()
            var passes = try Passes(settings, [stays, goes])
            let before = try passes.next()
            passes.now -= .milliseconds(500)
            settings.probe.interval = .seconds(2)
            try passes.watch.apply(settings, targets: [stays, comes], at: passes.now)
            #expect(passes.watch.next == passes.now, "a pass is due at once")
            let after = try passes.next()
            #expect(after.targets.map(\.target) == [stays, comes])
            #expect(after.targets.first?.history == before.targets.first?.history)
            #expect(after.targets.first?.finding.at == before.targets.first?.finding.at, "it is not its turn")
            #expect(after.counters.probes.changes[.susceptible] == 3)
            #expect(after.events.total == 3)
        }
    }

    @Test func `Targets of an interrupted reload are surveyed in the next pass`() throws {
        try PrivateNetwork.run {
            let settings = Self.settings()
            var passes = try Passes(settings, [])
            _ = try passes.next()
            let comes = Target(name: "new", endpoint: try Endpoint("127.0.0.1:40008"))
            try passes.watch.apply(settings, targets: [comes], at: passes.now)
            #expect(try passes.watch.step(at: passes.now) { false } == .nothing)
            #expect(passes.watch.snapshot(at: Clock.wall) == nil)
            passes.now += .seconds(2)
            #expect(try passes.next().targets.map(\.target) == [comes])
        }
    }
}
