import SelfConnect
import Testing

/// What a guard keeps from a port, and what it does not.
@Suite struct GuardedTests {
    @Test("A guarded port whose server is running is guarded, not latent") func besideServer() {
        let held = Scenario {
            $0.guards = [.loopback4]
            $0.isHeld(.listening, on: "0.0.0.0")
            $0.allSaw(.notAvailable)
        }
        #expect(held.assessment.verdict == .guarded && held.assessment.severity == .ok)
    }

    @Test("Clients that bind another address than the guard's stay exposed and are reported") func otherAddress() {
        var scenario = Scenario("[::1]:40002") {
            $0.guards = [.loopback4]
            $0.directed = [.notAvailable, .selfConnected, .notAvailable, .notAvailable]
        }
        #expect(scenario.assessment.verdict == .guarded && scenario.assessment.severity == .notice)
        #expect(scenario.assessment.exposures[.bind]?.isExposed == true)
        #expect(
            scenario.assessment.reason.hasSuffix(
                "clients of other kinds can connect to themselves: rare for bind, which use it only after all ports of the other parity are exhausted."
            ))
        scenario.clients = [.connect, .bind]
        #expect(scenario.assessment.verdict == .susceptible)
    }

    @Test("A guarded port is latent for bind clients that only a listener keeps from it") func latent() {
        let scenario = Scenario("[::1]:40002") {
            $0.guards = [.loopback4]
            $0.clients = [.connect, .bind]
            $0.isHeld(.listening, on: "::1")
            $0.allSaw(.notAvailable)
        }
        #expect(scenario.assessment.verdict == .latent)
    }

    @Test("A guard proves nothing about a port that is reserved, outside the range, or of another host")
    func useless() {
        #expect(Scenario("127.0.0.1:40505") { $0.guards = [.loopback4] }.assessment.verdict == .reserved)
        #expect(Scenario("127.0.0.1:30000") { $0.guards = [.loopback4] }.assessment.verdict == .outsideRange)
        #expect(Scenario { ($0.guards, $0.isOwn) = ([.loopback4], false) }.assessment.verdict == .notSelf)
    }

    @Test("A self-connection and a stolen port outweigh the guard") func trouble() {
        let own = Scenario {
            $0.guards = [.loopback4]
            $0.isHeld(.selfConnected, on: "127.0.0.1")
        }
        #expect(own.assessment.verdict == .selfConnected)
        let stolen = Scenario {
            $0.guards = [.loopback4]
            $0.isHeld(.source, on: "127.0.0.1")
            $0.kernelsAnswer = .no
        }
        #expect(stolen.assessment.verdict == .stolen)
    }
}
