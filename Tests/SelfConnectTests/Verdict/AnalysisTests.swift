// What the rules say of a kind whose probe did not run or gave no answer.

import SelfConnect
import Testing

@Suite struct AnalysisTests {
    @Test(
        "Without a probe a kind is exposed if its probe would connect to itself",
        arguments: ExposureRulesTests.rows.filter { $0.holder?.state != .timeWait })
    func eachKind(_ row: ProbeRow) {
        let exposures = row.scenario([.connect], withProbes: false).assessment.exposures
        for (kind, answer) in zip(ClientKind.allCases, row.answers) where kind != .range {
            #expect(exposures[kind]?.isExposed == (answer == .selfConnected), "\(kind)")
            #expect(exposures[kind]?.proof == .analysis)
        }
    }

    /// A listener on `::` in /proc/net/tcp6, which may be for IPv6 only.
    private static func undivided(_ client: ClientKind, to target: String) -> Scenario {
        Scenario("\(target):40002") {
            $0.clients = [client]
            $0.kernel.sockets = .procNet
            $0.kernel.directedProbe = false
            $0.isHeld(.listening, on: "::")
        }
    }

    @Test("A listener on :: that may leave IPv4 open leaves a bind to an IPv4 address in doubt, and nothing else")
    func mayLeaveOpen() {
        let bind = Self.undivided(.bind, to: "127.0.0.1").assessment
        #expect(bind.exposures[.bind]?.level == .unknown && bind.verdict == .inconclusive)
        let mapped = Self.undivided(.bind, to: "[::ffff:127.0.0.1]").assessment
        #expect(mapped.exposures[.bind]?.level == .unknown)
        #expect(Self.undivided(.bind, to: "[::1]").assessment.verdict == .latent)
        #expect(Self.undivided(.connect, to: "127.0.0.1").assessment.verdict == .latent)
        var shown = Self.undivided(.bind, to: "127.0.0.1")
        shown.kernel.sockets = .sockDiag
        #expect(shown.assessment.verdict == .latent)
        var other = Self.undivided(.bind, to: "127.0.0.1")
        other.holders = []
        other.isHeld(.listening, on: "0.0.0.0")
        #expect(other.assessment.verdict == .latent)
    }

    @Test(
        "A connection on an IPv6 address leaves a bind to 0.0.0.0 in doubt: whether its client bound the address is not shown"
    )
    func connectionMayLeaveOpen() {
        func exposure(to target: String, beside local: String) -> Exposure.Level? {
            Scenario("\(target):40002") {
                $0.kernel.directedProbe = false
                $0.isHeld(.source, on: local, peer: "[2001:db8::1]:443")
            }
            .assessment.exposures[.bind]?.level
        }
        #expect(exposure(to: "0.0.0.0", beside: "::1") == .unknown)
        #expect(exposure(to: "[::1]", beside: "::1") == Exposure.Level.none)
        #expect(exposure(to: "0.0.0.0", beside: "127.0.0.1") == Exposure.Level.none)
    }

    @Test("A listener that may leave IPv4 open holds the port against a connect whose probe had no answer")
    func heldAgainstConnect() {
        var scenario = Self.undivided(.connect, to: "127.0.0.1")
        scenario.kernel.directedProbe = true
        scenario.allSaw(.timedOut)
        #expect(scenario.assessment.verdict == .latent)
    }

    @Test("A port that the kernel refuses to a server without showing a socket is held by one that is only bound")
    func unseen() {
        var scenario = Scenario {
            $0.kernel.directedProbe = false
            $0.kernel.showsBoundSockets = false
            $0.kernelsAnswer = .no
        }
        #expect(scenario.assessment.exposures[.connect]?.level == Exposure.Level.none)
        #expect(scenario.assessment.exposures[.bind]?.level == .unknown, "it may have another address")
        scenario.kernelsAnswer = .yes
        #expect(scenario.assessment.exposures[.connect]?.isExposed == true)
        #expect(scenario.assessment.exposures[.bind]?.isExposed == true)
    }

    @Test("Odds with SO_REUSEADDR are those of a bind, which never gets the upper half of the range then")
    func reusing() {
        let lower = Scenario("127.0.0.1:40003") { $0.allSaw(.selfConnected) }.assessment.exposures
        #expect(lower[.bind]?.oddsReusingAddress != nil)
        #expect(lower[.connect]?.oddsReusingAddress == nil && lower[.bindLate]?.oddsReusingAddress == nil)
        let upper = Scenario("127.0.0.1:40999") { $0.allSaw(.selfConnected) }.assessment.exposures
        #expect(upper[.bind]?.odds != nil && upper[.bind]?.oddsReusingAddress == nil)
    }

    @Test("A connection is no remainder of a listener that was never seen") func neverListened() {
        let scenario = Scenario {
            $0.kernel.directedProbe = false
            $0.isHeld(.source, on: "127.0.0.1", peer: "127.0.0.1:40100")
        }
        #expect(!scenario.evidence.memory.hadListener && scenario.assessment.verdict == .stolen)
    }

    @Test("The most urgent has the highest severity, and among these the first verdict") func urgency() {
        let likely = Scenario { $0.allSaw(.selfConnected) }.assessment
        let closing = Scenario { $0.isHeld(.timeWait, on: "127.0.0.1") }.assessment
        let looping = Scenario { $0.isHeld(.selfConnected, on: "127.0.0.1") }.assessment
        #expect(likely.verdict == .susceptible && likely.severity == .critical)
        #expect(closing.verdict == .stolen && closing.severity == .warning)
        #expect(looping.urgency < likely.urgency && likely.urgency < closing.urgency)
    }

    @Test("A redirected connection with equal endpoints is not called the connection of a client to another one")
    func redirected() {
        func reason(_ proof: SelfConnectionProof, peer: String = "127.0.0.1:40002") -> String {
            Scenario {
                $0.kernel.directedProbe = false
                $0.isHeld(.source, on: "127.0.0.1", peer: peer)
                $0.holders[0].socket.selfConnection = proof
            }
            .assessment.reason
        }
        #expect(reason(.refuted).contains("redirected to another socket"))
        #expect(!reason(.unconfirmed).contains("redirected"))
        #expect(!reason(.unconfirmed, peer: "192.0.2.1:443").contains("redirected"))
        #expect(!reason(.refuted, peer: "192.0.2.1:443").contains("redirected"))
    }

    @Test("A probe without an answer on a reserved port contradicts nothing") func unanswered() {
        let reserved = Scenario("127.0.0.1:40500") { $0.allSaw(.timedOut) }.assessment
        #expect(reserved.verdict == .inconclusive && reserved.reason.contains("got no answer"))
        let connected = Scenario("127.0.0.1:40500") { $0.allSaw(.selfConnected) }.assessment
        #expect(connected.verdict == .inconclusive && connected.reason.contains("rule that out"))
    }
}
