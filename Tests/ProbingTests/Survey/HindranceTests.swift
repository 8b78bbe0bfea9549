// Inconclusive probes are never reported as safe.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct HindranceTests {
    @Test(
        "A packet filter makes the verdict inconclusive within the timeout",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: [
            "tcp dport 40002 drop", "tcp sport 40002 drop",
            "tcp dport 40002 tcp flags syn / syn,ack reject with tcp reset",
            "tcp dport 40002 reject with icmpx type admin-prohibited",
        ], ["127.0.0.1", "::1"])
    func packetFilter(rule: String, address: String) throws {
        let (assessment, time) = try PrivateNetwork.run {
            try PacketFilter.onOutput(rule)
            let start = Clock.monotonic
            let finding = try Survey.survey(Endpoint(IPAddress(address), 40002))
            return (finding.assessment, Clock.monotonic - start)
        }
        #expect(assessment.verdict == .inconclusive)
        #expect(assessment.severity == .warning)
        // One timeout of 250 ms: the other kinds are not probed.
        #expect(time < .seconds(2))
    }

    @Test(
        "Client kinds that a packet filter cannot hinder keep their own exposure",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"),
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
    func rejected() throws {
        let finding = try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40002 tcp flags syn / syn,ack reject with tcp reset")
            let server = try PlainSocket.listener(on: Endpoint("127.0.0.1:40002"))
            defer { withExtendedLifetime(server) {} }
            return try Survey.survey(Endpoint("[::1]:40002"), for: [.bind])
        }
        // bind() shows that the listener does not use ::1; the filter responds in place of the self-connection.
        #expect(finding.evidence.probes.directed[.connect]?.outcome == .notAvailable)
        #expect(finding.evidence.probes.directed[.bind]?.outcome == .refused)
        #expect(finding.assessment.verdict != .susceptible)
    }

    @Test("The directed probe is skipped on a kernel without the option that it needs", arguments: ClientKind.allCases)
    func skipped(kind: ClientKind) throws {
        let seen = try PrivateNetwork.run {
            var kernel = try KernelSurvey().read()
            kernel.directedProbe = false
            return try DirectedProbe.run(kind, to: Endpoint("127.0.0.1:40002"), kernel: kernel)
        }
        #expect(seen.outcome == .skipped)
        #expect(seen.detail == "this kernel has no IP_LOCAL_PORT_RANGE")
    }

    @Test(
        "On a kernel without the directed probe the rules decide, and a loop that closed proves more",
        arguments: [
            ("127.0.0.1:40002", .free, .susceptible), ("127.0.0.1:40003", .free, .susceptible),
            ("127.0.0.1:40004", .listening("127.0.0.1"), .latent), ("[::1]:40004", .listening("127.0.0.1"), .latent),
            ("127.0.0.1:40505", .free, .reserved), ("127.0.0.1:30000", .free, .outsideRange),
            ("127.0.1.1:40002", .free, .notSelf), ("127.0.0.1:40012", .source("127.0.0.1"), .stolen),
            ("127.0.0.1:40010", .selfConnected("127.0.0.1"), .selfConnected),
        ] as [(String, Holding, Verdict)])
    func oldKernel(row: (String, Holding, Verdict)) throws {
        let (findings, reference) = try PrivateNetwork.run {
            let endpoint = try Endpoint(row.0)
            let sockets = try row.1.take(endpoint.port)
            defer { withExtendedLifetime(sockets) {} }
            let closed = Observation(client: .connect, outcome: .selfConnected, at: Clock.wall, attempts: 500)
            let findings = try [nil, closed].map { try Survey.lookOnOldKernel(at: endpoint, loop: $0) }
            return (findings, try Survey.survey(endpoint))
        }
        #expect(findings.allSatisfy { $0.evidence.probes.directed.isEmpty })
        #expect(findings.map(\.assessment.verdict) == [row.2, row.2])
        #expect(findings.map(\.assessment.severity) == [reference.assessment.severity, reference.assessment.severity])
        #expect(reference.assessment.verdict == row.2)
        // The kernel itself reports that a server cannot bind, if a test bind is possible beside a connection.
        let stolen: Proof = KernelFeature.restoresPortState ? .directed : .analysis
        #expect(findings[0].assessment.proof == (row.2 == .stolen ? stolen : .analysis))
        #expect(
            findings[1].assessment.proof == (row.2 == .susceptible ? .loop : row.2 == .stolen ? stolen : .analysis))
    }
}

extension Survey {
    /// A survey as on a kernel without IP_LOCAL_PORT_RANGE.
    fileprivate static func lookOnOldKernel(at endpoint: Endpoint, loop: Observation?) throws -> Finding {
        var survey = try Survey(timeout: .milliseconds(250))
        let state = try survey.readState()
        var kernel = state.kernel
        kernel.directedProbe = false
        let target = Target(name: "test", endpoint: endpoint)
        return try survey.survey(
            target, in: NamespaceState(kernel: kernel, sockets: state.sockets, readAt: state.readAt), loop: loop)
    }
}
