import Glibc
import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

/// Targets in several namespaces, from one thread.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct NamespaceSurveysTests {
    @Test("Each target has the facts, holders and verdict of its namespace") func separateFacts() throws {
        let blue = try NamedNamespace()
        try blue.run("sysctl", "-q", "net.ipv4.ip_local_port_range=50000 50999")
        let name = blue.name
        let passes = try Self.passes(over: [
            target(40010, in: nil), target(50010, in: name), target(40010, in: name), target(50010, in: nil),
        ])
        #expect(passes.map(\.namespace) == [nil, name] && passes.allSatisfy { $0.fault == nil })
        #expect(passes.map { $0.kernel?.ephemeralRange } == [PortRange(40000, 41000), PortRange(50000, 50999)])
        let verdicts = passes.map { $0.findings.map(\.assessment.verdict) }
        #expect(verdicts == [[.susceptible, .outsideRange], [.susceptible, .outsideRange]])
        let proof: Proof = KernelFeature.hasLocalPortRange ? .directed : .analysis
        #expect(passes.allSatisfy { $0.findings[0].assessment.proof == proof })
    }

    @Test(
        "A namespace can be named by its path or its name",
        arguments: ["/proc/self/ns/net", "/proc/\(getpid())/ns/net"])
    func paths(_ path: String) throws {
        let passes = try Self.passes(over: [target(50010, in: path)])
        #expect(passes.map { $0.kernel != nil } == [true] && passes.allSatisfy { $0.fault == nil })
    }

    @Test("The thread returns to its namespace, even if the visit failed") func comesBack() throws {
        let blue = try NamedNamespace()
        let name = blue.name
        let (home, identities) = try PrivateNetwork.run {
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            let home = try NetworkNamespace.currentIdentity()
            let there = try surveys.visit(name) { _, _ throws(SystemCallError) in
                try NetworkNamespace.currentIdentity()
            }
            let back = try NetworkNamespace.currentIdentity()
            let fault = SystemCallError("test", code: EIO)
            do throws(SystemCallError) {
                try surveys.visit(name) { _, _ throws(SystemCallError) in throw fault }
            } catch {
                #expect(error == fault)
            }
            return (home, [there, back, try NetworkNamespace.currentIdentity()])
        }
        #expect(identities[0] != home && identities[1] == home && identities[2] == home)
    }

    @Test("A namespace that is deleted and created again under its name is a new one, even with the same inode")
    func replaced() throws {
        let blue = try NamedNamespace()
        let visits = try PrivateNetwork.run { [name = blue.name] in
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            func visit() throws -> Visit {
                try surveys.visit(name) { _, arrival throws(SystemCallError) in
                    Visit(arrival: arrival, inode: try NetworkNamespace.currentIdentity().inode)
                }
            }
            var visits = [try visit(), try visit()]
            // Once a namespace is destroyed, the kernel reuses its inode for a later one.
            while visits.count < 50, visits.count == 2 || visits.last?.inode != visits.dropLast().last?.inode {
                try NamedNamespace.run("ip", "netns", "del", name)
                Thread.sleep(.milliseconds(50))
                try NamedNamespace.run("ip", "netns", "add", name)
                visits.append(try visit())
            }
            return visits + [try visit()]
        }
        #expect(visits.prefix(2).map(\.arrival) == [.first, .same] && visits.last?.arrival == .same)
        // Without a cookie, a new namespace that has the inode of the old one is taken for it.
        for (last, visit) in zip(visits.dropFirst(), visits.dropFirst(2).dropLast()) {
            let isNew = KernelFeature.hasNamespaceCookie || visit.inode != last.inode
            #expect(visit.arrival == (isNew ? .replaced : .same))
        }
    }

    private struct Visit: Sendable {
        let arrival: NamespaceSurveys.Arrival
        let inode: UInt64
    }

    @Test("A service is asked for once at a self-connection on which something was sent, not at each visit")
    func asksOnce() throws {
        let failures = try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let sockets = try namespaces.make("blue") { try Holding.selfConnected("127.0.0.1").take(40_002) }
            #expect(sockets[0].send([1]) && sockets[0].receive(1))
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            // Nothing is there: the question is refused, which the namespace counts.
            var failures = [try namespaces.inside("blue") { try TCPStatistics.failedAttempts() }]
            for _ in 0..<3 {
                let found = try surveys.visit("\(namespaces.path)/blue") { survey, _ throws(SystemCallError) in
                    try survey.readBriefState(of: [Endpoint(.loopback4, 40_002)]).state.sockets.selfConnectingSockets
                }
                #expect(found.map(\.selfConnection) == [.proved])
                failures.append(try namespaces.inside("blue") { try TCPStatistics.failedAttempts() })
            }
            withExtendedLifetime(sockets) {}
            return failures
        }
        #expect(failures.dropFirst().allSatisfy { $0 == failures[0] + 1 }, "\(failures)")
    }

    @Test(
        "What was read in a namespace does not count for the one that replaces it",
        .enabled(if: KernelFeature.hasNamespaceCookie, "this kernel has no SO_NETNS_COOKIE"))
    func outdated() throws {
        let blue = try NamedNamespace()
        try blue.run("sysctl", "-q", "net.ipv4.ip_local_port_range=50000 50999")
        let ranges = try PrivateNetwork.run { [name = blue.name] in
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            let state = try surveys.visit(name) { survey, _ throws(SystemCallError) in
                try survey.readBriefState(of: []).state
            }
            func range() throws -> PortRange? {
                try surveys.pass(over: [target(50010, in: name)], in: name, state: state).kernel?.ephemeralRange
            }
            try NamedNamespace.run(
                "ip", "netns", "exec", name, "sysctl", "-q", "net.ipv4.ip_local_port_range=51000 51999")
            let same = try range()
            try NamedNamespace.run("ip", "netns", "del", name)
            try NamedNamespace.run("ip", "netns", "add", name)
            return [same, try range()]
        }
        #expect(ranges.first == PortRange(50000, 50999))
        #expect(ranges.last == PortRange(32768, 60999))
    }

    @Test("A pass that is to end early returns what it has found, and one that discovers adds each listener once")
    func parts() throws {
        let passes = try PrivateNetwork.run {
            var namespaces = try HeldNamespaces()
            let servers = try namespaces.make("blue") {
                try [50010, 50011].map { try ListeningSocket(Endpoint(.loopback4, $0)) }
            }
            let name = "\(namespaces.path)/blue"
            let targets = [target(50010, in: name), target(50020, in: name)]
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            var calls = 0
            let early = try surveys.pass(
                over: targets, in: name,
                proceed: {
                    calls += 1
                    return calls < 2
                })
            let discovering = try surveys.pass(over: targets, in: name, discovers: { _ in true })
            withExtendedLifetime(servers) {}
            return [early, discovering]
        }
        let ports = passes.map { $0.findings.map(\.target.endpoint.port) }
        #expect(ports == [[50010], [50010, 50020, 50011]])
        #expect(passes[1].findings.map(\.assessment.verdict) == [.latent, .susceptible, .latent])
        #expect(passes.allSatisfy { $0.fault == nil && $0.kernel != nil })
    }

    @Test("A visit does not keep a deleted namespace alive") func keepsNothing() throws {
        let blue = try NamedNamespace()
        let isGone = try PrivateNetwork.run { [name = blue.name] in
            try NamedNamespace.run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", name)
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            _ = try surveys.pass(over: [target(50010, in: name)], in: name)
            _ = try surveys.pass(over: [target(40010, in: nil)], in: nil)
            let wasThere = if_nametoindex("here") != 0
            try NamedNamespace.run("ip", "netns", "del", name)
            // The other end of its veth is destroyed with the namespace.
            return wasThere && Waiting.holds { if_nametoindex("here") == 0 }
        }
        #expect(isGone)
    }

    @Test("A missing namespace makes its targets inconclusive, and other targets are surveyed")
    func missing() throws {
        let passes = try Self.passes(over: [target(40010, in: "no-such-namespace"), target(40010, in: nil)])
        #expect(passes.map { $0.findings.map(\.assessment.verdict) } == [[.susceptible], [.inconclusive]])
        #expect(passes[1].kernel == nil && passes[1].fault?.code == ENOENT)
        let reason = passes[1].findings[0].assessment.reason
        #expect(reason.contains("open /run/netns/no-such-namespace: No such file or directory (ENOENT)"), "\(reason)")
    }

    @Test("A file that is missing in a namespace does not make the namespace a missing one") func missingFile() throws {
        let blue = try NamedNamespace()
        let isMissing = try PrivateNetwork.run { [name = blue.name] in
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            func isMissing(_ name: String) -> Bool? {
                do throws(SystemCallError) {
                    try surveys.visit(name) { _, _ throws(SystemCallError) in
                        _ = try KernelFile.bytes("/proc/sys/net/no-such-file")
                    }
                    return nil
                } catch {
                    return surveys.isMissing(name, after: error)
                }
            }
            return [isMissing(name), isMissing("no-such-namespace")]
        }
        #expect(isMissing == [false, true])
    }

    @Test("A file that is not a namespace makes its targets inconclusive") func noNamespace() throws {
        let file = try TemporaryFile("")
        let passes = try Self.passes(over: [target(40010, in: file.path)])
        #expect(passes.flatMap(\.findings).map(\.assessment.verdict) == [.inconclusive])
        #expect(passes[0].findings[0].assessment.reason.contains("stands for no network namespace"))
    }

    @Test("A pipe in place of a namespace does not block the survey", .timeLimit(.minutes(1))) func pipe() throws {
        let path = "/tmp/selfconnectd-pipe-\(UInt32.random(in: 0 ... .max))"
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let passes = try Self.passes(over: [target(40010, in: path)])
        #expect(passes.flatMap(\.findings).map(\.assessment.verdict) == [.inconclusive])
    }

    private static func passes(over targets: [Target]) throws -> [NamespacePass] {
        try PrivateNetwork.run {
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            return try Target.byNamespace(targets).map { try surveys.pass(over: $0.targets, in: $0.namespace) }
        }
    }
}

private func target(_ port: UInt16, in namespace: String?) -> Target {
    Target(name: "t\(port)", endpoint: Endpoint(.loopback4, port), namespace: namespace)
}
