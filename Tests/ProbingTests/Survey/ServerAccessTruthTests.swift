// Whether a server can bind agrees with a real server that tries it directly after the survey.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: VirtualPair.isAvailable, "\(VirtualPair.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct ServerAccessTruthTests {
    /// A target, where its server binds, and the holder of the port.
    struct Row: Sendable, CustomTestStringConvertible {
        let holding: Holding
        let target: String
        let server: ServerBinding

        var testDescription: String { "\(target), \(server.rawValue), held by \(holding)" }
    }

    private static let port: UInt16 = 40014
    private static let card = "192.168.77.1"
    private static let card6 = "2001:db8:77::1"

    static let holdings: [Holding] =
        [.free, .listening("127.0.0.1"), .listening("::1"), .listening(card), .bound("127.0.0.1"), .bound("::")]
        + [true, false].flatMap { reuses in
            [
                Holding.source("127.0.0.1", reusesAddress: reuses), .source("::1", reusesAddress: reuses),
                .source(card, reusesAddress: reuses), .source(card6, reusesAddress: reuses),
                .source("127.0.0.1", isBound: true, reusesAddress: reuses),
                .accepted("127.0.0.1", reusesAddress: reuses), .accepted("::1", reusesAddress: reuses),
                .timeWait("127.0.0.1", reusesAddress: reuses), .timeWait("::1", reusesAddress: reuses),
                .timeWait("127.0.0.1", isBound: true, reusesAddress: reuses),
                .closedSource("127.0.0.1", reusesAddress: reuses), .closedSource(card, reusesAddress: reuses),
                .closedAccepted("127.0.0.1", reusesAddress: reuses), .orphan("127.0.0.1", reusesAddress: reuses),
                .orphan(card, reusesAddress: reuses),
            ]
        } + [.selfConnected("127.0.0.1"), .selfConnected("::1"), .selfConnected(card)]

    static let rows = holdings.flatMap { holding in
        ["127.0.0.1", "::1", card, card6].flatMap { target in
            ServerBinding.allCases.map { Row(holding: holding, target: target, server: $0) }
        }
    }

    @Test("Server access matches what a server with SO_REUSEADDR experiences", arguments: rows)
    func truth(row: Row) throws {
        let (finding, canBind) = try PrivateNetwork.run {
            try VirtualPair.make()
            let sockets = try row.holding.take(Self.port)
            defer { withExtendedLifetime(sockets) {} }
            let address = try IPAddress(row.target)
            let target = Target(
                name: "test", endpoint: Endpoint(address, Self.port), clients: [.connect], server: row.server)
            // Under emulation a scan of all processes takes longer than the daemon's limit.
            var survey = try Survey(
                timeout: .milliseconds(250), identity: HolderIdentity(scanTime: .seconds(30)), isOneShot: true)
            let finding = try survey.survey(target, in: survey.readState())
            let server = try PlainSocket(for: address, reusesAddress: true)
            let canBind = (try? server.bind(to: Endpoint(row.server.address(for: address), Self.port))) != nil
            return (finding, canBind)
        }
        let evidence = finding.evidence
        let note = Comment("\(finding.assessment.reason) \(String(describing: evidence.serverAccess))")
        // Whether sockets of this process set SO_REUSEADDR is not visible, and without a test bind the rules assume
        // that they do not.
        let isGuessed = !KernelFeature.restoresPortState && evidence.serverAccess?.proof == .analysis
        if case .source(_, _, reusesAddress: true) = row.holding, isGuessed {
            #expect(evidence.holders.allSatisfy { $0.reusesAddress == nil })
        } else if evidence.serverIsUp {
            #expect(!canBind, note)
            #expect(evidence.serverAccess == nil, note)
        } else {
            #expect(evidence.serverAccess?.answer == (canBind ? .yes : .no), note)
            let isSelfConnected = finding.assessment.verdict == .selfConnected
            // Some kernels do not show a socket that is only bound.
            var isHidden = false
            if case .bound = row.holding { isHidden = !KernelFeature.showsBoundSockets }
            #expect((finding.assessment.verdict == .stolen) == (!canBind && !isSelfConnected && !isHidden), note)
        }
    }

    @Test("A client's SO_REUSEADDR is detected, even without a test bind", arguments: [false, true])
    func client(reusesAddress: Bool) throws {
        let (finding, canBind) = try PrivateNetwork.run {
            let listener = try PlainSocket.listener(on: Endpoint(.loopback4, 30000))
            let client = try ListeningProcess.connecting(from: Self.port, reusesAddress: reusesAddress)
            var survey = try Survey(
                timeout: .milliseconds(250), identity: HolderIdentity(scanTime: .seconds(30)), isOneShot: true)
            let target = Target(name: "test", endpoint: Endpoint(.loopback4, Self.port))
            let finding = try survey.survey(target, in: survey.readState())
            let server = try PlainSocket(for: .loopback4, reusesAddress: true)
            let canBind = (try? server.bind(to: Endpoint(.unspecified4, Self.port))) != nil
            withExtendedLifetime((listener, client)) {}
            return (finding, canBind)
        }
        #expect(canBind == reusesAddress)
        #expect(finding.evidence.serverAccess?.answer == (canBind ? .yes : .no), "\(finding.assessment.reason)")
        #expect((finding.assessment.verdict == .stolen) == !canBind, "\(finding.assessment.reason)")
        #expect(finding.evidence.holders.first?.reusesAddress == reusesAddress)
    }

    @Test("A stolen port stays stolen over 20 passes", arguments: [card, "127.0.0.1"])
    func stays(address: String) throws {
        let verdicts = try PrivateNetwork.run {
            try VirtualPair.make()
            let sockets = try Holding.source(address).take(Self.port)
            defer { withExtendedLifetime(sockets) {} }
            var survey = try Survey(timeout: .milliseconds(250))
            var known: [IPAddress: Evidence] = [:]
            var verdicts: Set<Verdict> = []
            for _ in 0..<20 {
                let state = try survey.readState()
                for target in [IPAddress.loopback4, .loopback6] {
                    let target = Target(
                        name: "test", endpoint: Endpoint(target, Self.port), clients: Set(ClientKind.allCases))
                    let finding = try survey.survey(target, in: state, known: known[target.endpoint.address])
                    known[target.endpoint.address] = finding.evidence
                    verdicts.insert(finding.assessment.verdict)
                }
            }
            return verdicts
        }
        #expect(verdicts == [.stolen])
    }

    @Test("A short bind() of another user does not change the verdict of a stolen port") func shortBind() throws {
        let verdicts = try PrivateNetwork.run {
            let sockets = try Holding.source("127.0.0.1").take(Self.port)
            defer { withExtendedLifetime(sockets) {} }
            do {
                let other = try PlainSocket(for: .loopback4, reusesAddress: true)
                try other.bind(to: Endpoint(IPAddress("127.0.0.2"), Self.port))
                withExtendedLifetime(other) {}
            }
            return try [IPAddress.loopback4, .loopback6].map {
                try Survey.survey(Endpoint($0, Self.port)).assessment.verdict
            }
        }
        #expect(verdicts == [.stolen, .stolen])
    }
}
