// Kernels and units with less information: without sock_diag, without any table of sockets, without netlink. Unknown is
// reported and never treated as safe.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct SocketSourceTests {
    /// An endpoint, the holder of its port, and the verdicts from sock_diag, from /proc and from neither.
    struct Row: Sendable, CustomTestStringConvertible {
        let endpoint: String
        let holding: Holding
        let clients: Set<ClientKind>
        let verdicts: [KernelFacts.SocketSource: Verdict]

        init(
            _ endpoint: String, by holding: Holding = .free, as client: ClientKind = .connect, _ sockDiag: Verdict,
            _ procNet: Verdict, _ none: Verdict
        ) {
            self.endpoint = endpoint
            self.holding = holding
            clients = [client]
            verdicts = [.sockDiag: sockDiag, .procNet: procNet, .none: none]
        }

        var testDescription: String { "\(endpoint), \(holding), \(clients.map(\.rawValue).joined())" }
    }

    /// Of a port with a socket that never listens: a server's bind() fails, and what has the port shows in sock_diag at most.
    private static let boundVerdict = KernelFeature.showsBoundSockets ? Verdict.stolen : .latent

    static let sources: [KernelFacts.SocketSource] = [.sockDiag, .procNet, .none]

    static let probed = [
        Row("127.0.0.1:40002", .susceptible, .susceptible, .susceptible),
        Row("[::1]:40003", as: .bind, .susceptible, .susceptible, .susceptible),
        Row("127.0.0.1:40002", by: .listening("127.0.0.1"), .latent, .latent, .inconclusive),
        Row("127.0.0.1:40002", by: .listening("::"), .latent, .latent, .inconclusive),
        Row(
            "127.0.0.1:40003", by: .listening("::", isIPv6Only: true), as: .bind, .susceptible, .susceptible,
            .susceptible),
        Row("127.0.0.1:40002", by: .bound("127.0.0.1"), boundVerdict, .latent, .inconclusive),
        Row("127.0.0.1:40002", by: .selfConnected("127.0.0.1"), .selfConnected, .stolen, .inconclusive),
        // The `connect` probe is conclusive; the `bind` probe cannot determine the reason.
        Row("127.0.0.1:40002", by: .source("127.0.0.1"), .stolen, .stolen, .susceptible),
        Row("127.0.0.1:40003", by: .source("127.0.0.1"), as: .bind, .stolen, .stolen, .inconclusive),
        Row("127.0.0.1:40505", .reserved, .reserved, .reserved),
        Row("127.0.0.1:30000", .outsideRange, .outsideRange, .outsideRange),
        Row("127.0.1.1:40002", .notSelf, .notSelf, .notSelf),
    ]

    @Test(
        "With the directed probe the verdict is right or states that the sockets are unknown",
        .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"),
        arguments: probed)
    func directed(row: Row) throws {
        for source in Self.sources {
            let assessment = try row.look(through: source).assessment
            #expect(assessment.verdict == row.verdicts[source], "\(source.rawValue): \(assessment.reason)")
            guard assessment.verdict == .inconclusive else { continue }
            #expect(assessment.reason.contains("the sockets of this host could not be read"))
        }
    }

    static let analysed = [
        Row("127.0.0.1:40002", .susceptible, .susceptible, .inconclusive),
        Row("127.0.0.1:40002", by: .listening("127.0.0.1"), .latent, .latent, .inconclusive),
        Row("127.0.0.1:40003", by: .listening("127.0.0.1"), as: .bind, .latent, .latent, .inconclusive),
        Row("127.0.0.1:40002", by: .listening("::"), .latent, .latent, .inconclusive),
        Row("127.0.0.1:40003", by: .listening("::"), as: .bind, .latent, .inconclusive, .inconclusive),
        Row(
            "127.0.0.1:40003", by: .listening("::", isIPv6Only: true), as: .bind, .susceptible, .inconclusive,
            .inconclusive
        ),
        Row("[::1]:40003", by: .listening("::", isIPv6Only: true), as: .bind, .latent, .latent, .inconclusive),
        Row("127.0.0.1:40002", by: .bound("127.0.0.1"), boundVerdict, .latent, .inconclusive),
        // Equal endpoints alone prove nothing.
        Row("127.0.0.1:40002", by: .selfConnected("127.0.0.1"), .selfConnected, .stolen, .inconclusive),
        Row("127.0.0.1:40002", by: .source("127.0.0.1"), .stolen, .stolen, .inconclusive),
        Row("127.0.0.1:40505", .reserved, .reserved, .reserved),
        Row("127.0.0.1:30000", .outsideRange, .outsideRange, .outsideRange),
        Row("127.0.1.1:40002", .notSelf, .notSelf, .notSelf),
    ]

    @Test("Without the directed probe the rules decide only what they can prove", arguments: analysed)
    func analysis(row: Row) throws {
        for source in Self.sources {
            let assessment = try row.look(through: source, directedProbe: false).assessment
            #expect(assessment.verdict == row.verdicts[source], "\(source.rawValue): \(assessment.reason)")
            // The kernel itself reports that a server cannot bind, if a test bind is possible beside a connection.
            let isAsked = assessment.verdict == .stolen && KernelFeature.restoresPortState
            #expect(assessment.proof == (isAsked ? .directed : .analysis))
            if source == .procNet, case .selfConnected = row.holding {
                #expect(assessment.reason.contains("unconfirmed self-connection"))
            }
        }
    }

    @Test("No loop runs if it is unknown whether it would reach a server") func noLoop() throws {
        let (onOldKernel, isSafeToLoop) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40002")
            let finding = try Row("127.0.0.1:40002", .inconclusive, .inconclusive, .inconclusive)
                .lookHere(through: .none, directedProbe: false)
            var survey = try Survey(
                timeout: .milliseconds(250), kernel: KernelSurvey(source: KernelFacts.SocketSource.none))
            return (LoopChoice(finding.evidence, finding.assessment), try survey.isSafeToLoop(endpoint, for: .connect))
        }
        guard case .skip = onOldKernel else { return #expect(Bool(false), "\(onOldKernel)") }
        // The directed probe does not need the table.
        #expect(isSafeToLoop == KernelFeature.hasLocalPortRange)
    }

    @Test("If netlink is denied, sockets come from /proc and addresses from the route's source")
    func withoutNetlink() throws {
        let (source, verdicts) = try PrivateNetwork.run {
            let sockets = try Holding.listening("127.0.0.1").take(40004) + Holding.source("127.0.0.1").take(40006)
            defer { withExtendedLifetime(sockets) {} }
            try SystemCallRefusal.beginWithNetlink()
            var survey = try Survey(timeout: .milliseconds(250))
            let state = try survey.readState()
            let verdicts = try [
                "127.0.0.1:40002", "127.0.0.1:40004", "[::1]:40002", "127.0.0.1:40006", "127.0.1.1:40002",
            ]
            .map { try survey.survey(Target(name: "test", endpoint: Endpoint($0)), in: state).assessment.verdict }
            return (state.kernel.sockets, verdicts)
        }
        #expect(source == .procNet)
        #expect(verdicts == [.susceptible, .latent, .susceptible, .stolen, .notSelf])
    }

    @Test(
        "If netlink is denied, an address whose route has another source is uncertain and not probed",
        .enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"),
        arguments: [
            ("192.168.77.1:40002", .susceptible), ("192.168.77.2:40002", .inconclusive),
            ("192.168.77.9:40002", .inconclusive), ("192.0.2.1:40002", .notSelf),
            ("192.168.77.255:40002", .inconclusive),
            ("[2001:db8:77::2]:40002", .susceptible), ("[fe80::77%v0]:40002", .susceptible),
            ("[2001:db8:77::9]:40002", .inconclusive),
        ] as [(String, Verdict)])
    func addressInDoubt(endpoint: String, verdict: Verdict) throws {
        let finding = try PrivateNetwork.run {
            try VirtualPair.make()
            try SystemCallRefusal.beginWithNetlink()
            return try Survey.survey(Endpoint(endpoint))
        }
        #expect(finding.assessment.verdict == verdict, "\(finding.assessment.reason)")
        if verdict != .susceptible { #expect(finding.evidence.probes.directed.isEmpty) }
        if verdict == .inconclusive { #expect(finding.assessment.reason.contains("netlink access is denied")) }
    }
}

extension SocketSourceTests.Row {
    /// A survey in a new namespace with this source.
    fileprivate func look(through source: KernelFacts.SocketSource, directedProbe: Bool = true) throws -> Finding {
        try PrivateNetwork.run {
            let sockets = try holding.take(Endpoint(endpoint).port)
            defer { withExtendedLifetime(sockets) {} }
            return try lookHere(through: source, directedProbe: directedProbe)
        }
    }

    fileprivate func lookHere(through source: KernelFacts.SocketSource, directedProbe: Bool) throws -> Finding {
        var survey = try Survey(timeout: .milliseconds(250), kernel: KernelSurvey(source: source), isOneShot: true)
        let state = try survey.readState()
        var kernel = state.kernel
        kernel.directedProbe = directedProbe
        let target = Target(name: "test", endpoint: try Endpoint(endpoint), clients: clients)
        return try survey.survey(
            target, in: NamespaceState(kernel: kernel, sockets: state.sockets, readAt: state.readAt))
    }
}
