import SelfConnect
import Testing

/// Reasons that depend on what this kernel shows, and on the other kinds of clients.
@Suite struct ReasonTests {
    @Test("A free port may have a holder that this kernel hides, unless a plain connect was given it")
    func hiddenHolder() {
        func reason(_ answer: Observation.Outcome?, showsBoundSockets: Bool = false) -> String {
            Scenario {
                $0.clients = [.bind]
                $0.directed = [answer, .selfConnected]
                $0.kernel.showsBoundSockets = showsBoundSockets
            }
            .assessment.reason
        }
        #expect(reason(nil).contains("no socket is seen to hold it"))
        #expect(reason(.notAvailable).contains("no socket is seen to hold it"))
        #expect(reason(.selfConnected).contains("is neither reserved nor in use"))
        #expect(reason(nil, showsBoundSockets: true).contains("is neither reserved nor in use"))
    }

    @Test("Where the configured clients cannot meet themselves, those that can are named", arguments: [true, false])
    func others(isHeld: Bool) {
        let reason = Scenario("127.0.0.2:40002") {
            $0.server = .exact
            $0.routeSource = .loopback4
            if isHeld { $0.isHeld(.listening, on: "127.0.0.2") }
            $0.directed = isHeld ? ExposureRulesTests.none : ExposureRulesTests.binding
        }
        .assessment.reason
        #expect(reason.contains("cannot meet themselves"))
        #expect(reason.contains("clients that bind 127.0.0.2 first can") == !isHeld)
    }

    @Test("The reason says why a connection with equal endpoints is no confirmed self-connection")
    func unconfirmed() {
        for (sockets, doubt) in [
            (KernelFacts.SocketSource.sockDiag, "its segment counters do not prove it"),
            (.procNet, "only its names are known, not its segment counters"),
        ] {
            let reason = Scenario {
                $0.kernel.directedProbe = false
                $0.kernel.sockets = sockets
                $0.isHeld(.source, on: "127.0.0.1", peer: "127.0.0.1:40002")
                $0.holders[0].socket.selfConnection = .unconfirmed
            }
            .assessment.reason
            #expect(reason.contains("an unconfirmed self-connection: \(doubt)"), "\(reason)")
        }
    }
}
