// Sockets that appear between the read of a namespace's state and the survey of a target.

import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(
    .enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"),
    .enabled(if: KernelFeature.hasLocalPortRange, "\(KernelFeature.noLocalPortRange)"))
struct FreshSocketsTests {
    /// A port of a server that has gone, and whether the peer of the client that has it now listens before the state is read.
    struct Row: Sendable {
        let port: UInt16
        let listensBefore: Bool
    }

    /// A contradiction of the probes brings the client to light on the first port, the test bind on the reserved one.
    static let rows = [40014, 40505].flatMap { port in [true, false].map { Row(port: port, listensBefore: $0) } }

    @Test(
        "A new connection of a client to a listener of this host is not taken for one that a server has left behind",
        arguments: rows)
    func freshSource(row: Row) throws {
        let peer = Endpoint(.loopback4, 40800)
        let finding = try PrivateNetwork.run {
            let endpoint = Endpoint(.loopback4, row.port)
            let target = Target(name: "test", endpoint: endpoint)
            var survey = try Survey(timeout: .milliseconds(250))
            let known: Finding
            do {
                let server = try PlainSocket.listener(on: endpoint, reusesAddress: true)
                known = try survey.survey(target, in: survey.readState())
                withExtendedLifetime(server) {}
            }
            var listener = row.listensBefore ? try PlainSocket.listener(on: peer) : nil
            let state = try survey.readState()
            if listener == nil { listener = try PlainSocket.listener(on: peer) }
            let client = try PlainSocket(for: .loopback4)
            try client.bind(to: endpoint)
            try client.connect(to: peer)
            defer { withExtendedLifetime((listener, client)) {} }
            return try survey.survey(target, in: state, known: known.evidence)
        }
        let (evidence, assessment) = (finding.evidence, finding.assessment)
        let source = try #require(evidence.holders.first { $0.state == .source })
        #expect(!evidence.isOrphanedAcceptedSocket(source))
        #expect(assessment.verdict == .stolen, "\(assessment.reason)")
        #expect(assessment.reason.contains("the source port of a connection to \(peer)"), "\(assessment.reason)")
    }
}
