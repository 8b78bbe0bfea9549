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
        #expect(passes.map(\.namespace) == [nil, name] && passes.map(\.arrival) == [.first, .first])
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
        #expect(passes.map(\.arrival) == [.first] && passes.allSatisfy { $0.fault == nil })
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

    @Test("A visit does not keep a deleted namespace alive") func keepsNothing() throws {
        let blue = try NamedNamespace()
        let isGone = try PrivateNetwork.run { [name = blue.name] in
            try NamedNamespace.run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", name)
            var surveys = try NamespaceSurveys(timeout: .milliseconds(250))
            _ = try surveys.pass(over: [target(50010, in: name), target(40010, in: nil)])
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
        #expect(passes[1].kernel == nil && passes[1].arrival == nil && passes[1].fault?.code == ENOENT)
        let reason = passes[1].findings[0].assessment.reason
        #expect(reason.contains("open /run/netns/no-such-namespace: No such file or directory (ENOENT)"), "\(reason)")
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
            return try surveys.pass(over: targets) ?? []
        }
    }
}

private func target(_ port: UInt16, in namespace: String?) -> Target {
    Target(name: "t\(port)", endpoint: Endpoint(.loopback4, port), namespace: namespace)
}
