// Ports behind NAT: without a listener, but each connection reaches a service elsewhere. A probe of such a port must
// not mistake the service for itself, and must not become a client of the service. Range 40000-41000, 40500-40509
// reserved.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: RedirectedService.isAvailable, "\(RedirectedService.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct RedirectionTests {
    /// A way to redirect a port, and an endpoint that is redirected.
    struct Row: Sendable, CustomTestStringConvertible {
        let way: RedirectedService.Way
        let endpoint: Endpoint

        init(_ way: RedirectedService.Way, isIPv6: Bool) {
            self.way = way
            endpoint = Endpoint(RedirectedService.address(way, isIPv6: isIPv6), 40000)
        }

        var testDescription: String { "\(way.rawValue) of \(endpoint)" }
        var target: Target { Target(name: "test", endpoint: endpoint, clients: Set(ClientKind.allCases)) }
        var plainTarget: Target { Target(name: "test", endpoint: endpoint) }
    }

    static let rows = RedirectedService.Way.allCases.flatMap { way in
        [false, true].map { Row(way, isIPv6: $0) }
    }

    private static func inNetwork(
        _ row: Row, ports: String? = "40000", range: PortRange = PortRange(40000, 41000),
        _ body: @escaping @Sendable (inout Survey, RedirectedService) throws -> Void
    ) throws {
        try PrivateNetwork.run(range: range) {
            let service = try RedirectedService(row.way, from: ports)
            var survey = try Survey(timeout: .milliseconds(250))
            try body(&survey, service)
        }
    }

    /// A plain client, which shows that the service is reachable.
    private static func expectClients(of endpoint: Endpoint, toReach service: RedirectedService) throws {
        #expect(!service.isReached)
        let client = try PlainSocket(for: endpoint.address)
        try client.resetOnClose()
        try client.connect(to: endpoint)
        #expect(Waiting.holds { service.isReached })
        withExtendedLifetime(client) {}
    }

    @Test(
        "The verdict is redirected after one SYN as one client kind, and no service accepts a connection",
        arguments: rows)
    func verdict(row: Row) throws {
        try Self.inNetwork(row) { survey, service in
            // The experiments of a new survey, on a random port, reach the service as well.
            let before = try service.synCount()
            let finding = try survey.survey(row.plainTarget, in: survey.readState())
            #expect(finding.assessment.verdict == .redirected && finding.assessment.severity == .notice)
            #expect(finding.assessment.proof == .directed, "\(finding.assessment.reason)")
            #expect(finding.evidence.probes.directed.mapValues(\.outcome) == [.connect: .reachedListener])
            #expect(finding.assessment.exposures.values.allSatisfy { $0.level == .none })
            #expect(try service.synCount() == before + 1)
            try Self.expectClients(of: row.endpoint, toReach: service)
        }
    }

    @Test("Repeated probes as any client kind give no service a connection to accept", arguments: rows)
    func acceptQueue(row: Row) throws {
        try Self.inNetwork(row) { survey, service in
            let kernel = try KernelSurvey().read()
            for kind in ClientKind.allCases {
                let seen = try DirectedProbe.run(kind, to: row.endpoint, kernel: kernel)
                #expect(seen.outcome == .reachedListener && seen.attempts == 1, "\(seen)")
                #expect(try !survey.isSafeToLoop(row.endpoint, for: kind))
                #expect(try survey.survey(row.target, in: survey.readState()).assessment.verdict == .redirected)
            }
            try Self.expectClients(of: row.endpoint, toReach: service)
        }
    }

    @Test(
        "A redirected port is sent nothing within the interval, and one SYN after it or after a drift", arguments: rows)
    func interval(row: Row) throws {
        try Self.inNetwork(row) { survey, service in
            let before = try service.synCount()
            var known = try survey.survey(row.target, in: survey.readState()).evidence
            for _ in 0..<20 {
                let finding = try survey.survey(row.target, in: survey.readState(), known: known)
                #expect(finding.assessment.verdict == .redirected)
                known = finding.evidence
            }
            #expect(try service.synCount() == before + 1)
            survey.redirectedInterval = .zero
            known = try survey.survey(row.target, in: survey.readState(), known: known).evidence
            #expect(try known.probes.isRedirected && service.synCount() == before + 2)
            survey.redirectedInterval = .seconds(3600)
            try PrivateNetwork.write("40500", to: "net/ipv4/ip_local_reserved_ports")
            #expect(try survey.survey(row.target, in: survey.readState(), known: known).evidence.probes.isRedirected)
            #expect(try service.synCount() == before + 3)
            #expect(!service.isReached)
        }
    }

    @Test(
        "A rule that appears is noticed at the next probe, and one that is removed after the interval", arguments: rows)
    func comesAndGoes(row: Row) throws {
        try Self.inNetwork(row, ports: nil) { survey, service in
            var known: Evidence?
            func look() throws -> Assessment {
                let finding = try survey.survey(row.target, in: survey.readState(), known: known)
                known = finding.evidence
                return finding.assessment
            }
            #expect(try look().verdict == .susceptible)
            try service.redirect("40000")
            RedirectedService.awaitForgetting()
            #expect(try look().verdict == .redirected)
            try service.restore()
            RedirectedService.awaitForgetting()
            #expect(try look().verdict == .redirected)
            survey.redirectedInterval = .zero
            #expect(try look().verdict == .susceptible)
            survey.redirectedInterval = .seconds(3600)
            try service.redirect("40000")
            RedirectedService.awaitForgetting()
            #expect(try look().verdict == .redirected)
            try service.restore()
            RedirectedService.awaitForgetting()
            try PrivateNetwork.write("40500", to: "net/ipv4/ip_local_reserved_ports")
            #expect(try look().verdict == .susceptible)
            #expect(!service.isReached)
        }
    }

    @Test("A self-connection shows that a port is no longer redirected") func selfConnectionAfterRule() throws {
        let row = Row(.redirect, isIPv6: false)
        try Self.inNetwork(row) { survey, service in
            var known = try survey.survey(row.target, in: survey.readState()).evidence
            try service.restore()
            RedirectedService.awaitForgetting()
            do {
                let looped = try Holding.selfConnected("127.0.0.1").take(40000)
                defer { withExtendedLifetime(looped) {} }
                let finding = try survey.survey(row.target, in: survey.readState(), known: known)
                #expect(finding.assessment.verdict == .selfConnected)
                known = finding.evidence
            }
            #expect(
                try survey.survey(row.target, in: survey.readState(), known: known).assessment.verdict == .susceptible)
        }
    }

    @Test("Beside a listener on another address one SYN is sent as the client kind that can get the port")
    func listenerBeside() throws {
        let row = Row(.redirect, isIPv6: false)
        try Self.inNetwork(row) { survey, service in
            let other = try PlainSocket.listener(on: Endpoint("127.0.0.2:40000"))
            let before = try service.synCount()
            var known: Evidence?
            for _ in 0..<5 {
                let finding = try survey.survey(row.target, in: survey.readState(), known: known)
                #expect(finding.assessment.verdict == .redirected, "\(finding.assessment.reason)")
                known = finding.evidence
            }
            #expect(known?.probes.directed[.bind]?.outcome == .reachedListener)
            #expect(try service.synCount() == before + 1)
            #expect(!service.isReached && !other.hasWaitingConnection)
        }
    }

    @Test("A listener on the port is latent, redirected or not, and nothing is sent") func listenerOnPort() throws {
        let row = Row(.redirect, isIPv6: false)
        try Self.inNetwork(row) { survey, service in
            let before = try service.synCount()
            let server = try PlainSocket.listener(on: row.endpoint)
            #expect(try survey.survey(row.target, in: survey.readState()).assessment.verdict == .latent)
            #expect(try service.synCount() == before && !server.hasWaitingConnection)
        }
    }

    @Test("Without readable sockets the peer that answered is unknown") func socketsUnknown() throws {
        try PrivateNetwork.run {
            let row = Row(.redirect, isIPv6: false)
            let service = try RedirectedService(from: "40000")
            var survey = try Survey(
                timeout: .milliseconds(250), kernel: KernelSurvey(source: KernelFacts.SocketSource.none))
            #expect(try survey.survey(row.target, in: survey.readState()).assessment.verdict == .inconclusive)
            #expect(!service.isReached)
        }
    }
}
