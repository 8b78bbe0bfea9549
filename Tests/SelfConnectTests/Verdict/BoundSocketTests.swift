import SelfConnect
import Testing

/// A socket that is bound to a target's port and does not listen.
@Suite struct BoundSocketTests {
    private static let listenTime = Duration.milliseconds(50)

    private static func assessment(
        of endpoint: String = "127.0.0.1:40002", age: Duration, answer: ServerAccess.Answer
    ) -> Assessment {
        var evidence = Scenario(endpoint) { $0.isHeld(.bound, on: "127.0.0.1") }.evidence
        evidence.memory.recordBound(evidence.sockets, listenTime: listenTime)
        evidence.sockets.readAt += age
        evidence.memory.recordBound(evidence.sockets, listenTime: listenTime)
        if evidence.asksKernelForServer {
            evidence.probes.testBind = ServerAccess(address: .unspecified4, answer: answer, proof: .directed)
        }
        return Assessment(evidence)
    }

    @Test(
        "A port that it keeps from a server is stolen, whether clients can be given it or not",
        arguments: ["127.0.0.1:40002", "127.0.0.1:40505", "127.0.0.1:30000"])
    func stolen(_ endpoint: String) {
        let assessment = Self.assessment(of: endpoint, age: Self.listenTime, answer: .no)
        #expect(assessment.verdict == .stolen && assessment.severity == .critical && assessment.proof == .directed)
        #expect(
            assessment.reason.hasSuffix(
                "is in use by a socket of hdfs.service that is bound to \(endpoint) and does not listen: a server cannot bind "
                    + "\(endpoint.replacing("127.0.0.1", with: "0.0.0.0")) as long as it lives."))
    }

    @Test("A server is not taken for one between bind() and listen()") func starting() {
        let assessment = Self.assessment(age: Self.listenTime - .nanoseconds(1), answer: .no)
        #expect(assessment.verdict == .latent && assessment.serverAccess == nil)
    }

    @Test("One that lets a server bind beside it, as a guard does, steals nothing") func guardLike() {
        let assessment = Self.assessment(age: .seconds(1), answer: .yes)
        #expect(assessment.verdict == .latent && assessment.serverAccess?.answer == .yes)
    }

    @Test("Each socket is known since it was first seen, and one that was closed in between is another one")
    func since() {
        var sockets = Scenario { $0.isHeld(.bound, on: "127.0.0.1") }.evidence.sockets
        var memory = ListenerMemory()
        memory.recordBound(sockets, listenTime: Self.listenTime)
        #expect(memory.idle.isEmpty)
        sockets.readAt = .seconds(30)
        memory.recordBound(sockets, listenTime: Self.listenTime)
        #expect(memory.idle == [7])
        memory.recordBound(PortSockets(readAt: .seconds(31)), listenTime: Self.listenTime)
        memory.recordBound(sockets, listenTime: Self.listenTime)
        #expect(memory.idle.isEmpty)
    }

    @Test("A guard beside a connection is not what keeps a server from the port", arguments: [true, nil])
    func beside(reusesAddress: Bool?) {
        var evidence = Scenario {
            $0.isHeld(.bound, on: "127.0.0.1", unit: "guard.service")
            $0.holders[0].reusesAddress = reusesAddress
            $0.isHeld(.source, on: "127.0.0.2", unit: "client.service")
        }.evidence
        evidence.memory.recordBound(evidence.sockets, listenTime: .zero)
        evidence.probes.testBind = ServerAccess(address: .unspecified4, answer: .no, proof: .directed)
        #expect(evidence.blockers.map(\.unit) == ["client.service"])
        #expect(Assessment(evidence).serverBlocker?.contains("client.service") == true)
    }
}
