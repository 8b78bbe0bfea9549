import SelfConnect
import Testing

/// When a loop probe is useful.
@Suite struct LoopChoiceTests {
    private static func choice(
        _ endpoint: String, _ clients: Set<ClientKind>, restoresPortState: Bool = true
    ) -> LoopChoice {
        let scenario = Scenario(endpoint) {
            $0.clients = clients
            $0.allSaw(.selfConnected)
            $0.kernel.restoresPortState = restoresPortState
        }
        return LoopChoice(scenario.evidence, scenario.assessment)
    }

    @Test(
        "The loop uses the first configured client kind that is normally given the port",
        arguments: [
            ("127.0.0.1:40002", [.connect], .connect), ("127.0.0.1:40002", [.connect, .bind, .range], .connect),
            ("127.0.0.1:40003", [.connect, .bind], .bind), ("127.0.0.1:40003", [.connect, .range], .range),
            ("127.0.0.1:40803", [.bind, .range], .range),
        ] as [(String, Set<ClientKind>, ClientKind)])
    func runs(_ endpoint: String, _ clients: Set<ClientKind>, _ kind: ClientKind) {
        guard case .run(let chosen, let odds) = Self.choice(endpoint, clients) else {
            Issue.record("skipped")
            return
        }
        #expect(chosen == kind && odds.expectedAttempts != nil)
    }

    @Test("A loop that binds walks the lower half only, since it reuses addresses") func lowerHalf() {
        guard case .run(_, let odds) = Self.choice("127.0.0.1:40003", [.bind]) else {
            Issue.record("skipped")
            return
        }
        #expect(odds.positions == 250)
    }

    @Test(
        "A loop that could never self-connect is skipped with the reason",
        arguments: [
            (
                "127.0.0.1:40003", [.connect],
                "the kernel gives this port to such clients only after all ports of the other parity are exhausted"
            ),
            ("127.0.0.1:40803", [.bind], "the probe's SO_REUSEADDR keeps its bind() in the lower half of the range"),
            (
                "127.0.0.1:40803", [.connect, .bind],
                "the probe's SO_REUSEADDR keeps its bind() in the lower half of the range"
            ),
        ] as [(String, Set<ClientKind>, String)])
    func never(_ endpoint: String, _ clients: Set<ClientKind>, _ reason: String) {
        #expect(Self.choice(endpoint, clients) == .skip(reason))
    }

    @Test("A loop runs only if the verdict is susceptible", arguments: AssessmentTests.examples.indices)
    func verdicts(_ index: Int) {
        let example = AssessmentTests.examples[index]
        let assessment = example.scenario.assessment
        switch (LoopChoice(example.scenario.evidence, assessment), example.verdict) {
        case (.run, .susceptible): break
        case (.skip(let why), .selfConnected), (.skip(let why), .stolen), (.skip(let why), .latent),
            (.skip(let why), .guarded):
            #expect(why == "the port is held: \(assessment.reason)")
        case (.skip(let why), .inconclusive):
            #expect(why == "it is not known whether a self-connection is possible: \(assessment.reason)")
        case (.skip(let why), _): #expect(why == "a self-connection is impossible: \(assessment.reason)")
        case (.run, _): Issue.record("a loop on a port that is \(example.verdict)")
        }
    }

    @Test(
        "A loop that may not bind runs as another kind that is normally given the port",
        arguments: [("127.0.0.1:40002", [.connect, .bind], .connect), ("127.0.0.1:40003", [.bind, .range], .range)]
            as [(String, Set<ClientKind>, ClientKind)])
    func otherKind(_ endpoint: String, _ clients: Set<ClientKind>, _ kind: ClientKind) {
        guard case .run(kind, _) = Self.choice(endpoint, clients, restoresPortState: false) else {
            Issue.record("no loop as \(kind)")
            return
        }
    }

    @Test("No loop binds if the kernel does not restore the state of ports that connections own") func traces() {
        for clients in [[.bind], [.connect, .bind]] as [Set<ClientKind>] {
            guard case .run(.bind, _) = Self.choice("127.0.0.1:40003", clients) else {
                Issue.record("no loop that binds")
                return
            }
            #expect(
                Self.choice("127.0.0.1:40003", clients, restoresPortState: false)
                    == .skip("on this kernel a bind() beside a connection keeps plain connects from its port"))
        }
    }
}
