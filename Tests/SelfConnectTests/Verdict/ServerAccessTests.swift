// Whether a server could bind: the rules, when a test bind is made, and how its result is used.

import SelfConnect
import Testing

/// Holders of the port, and a server that needs it.
@Suite struct ServerAccessTests {
    @Test(
        "A connection keeps a server from the port if their addresses conflict",
        arguments: [
            ("127.0.0.1", "192.0.2.7", ServerBinding.any, true), ("127.0.0.1", "192.0.2.7", .exact, false),
            ("127.0.0.1", "2001:db8::7", .any, true), ("127.0.0.1", "2001:db8::7", .exact, false),
            ("::1", "192.0.2.7", .any, true),
            ("::1", "192.0.2.7", .exact, false), ("127.0.0.1", "127.0.0.1", .exact, true),
        ])
    func addresses(_ target: String, _ owner: String, _ server: ServerBinding, _ isKept: Bool) {
        let scenario = Scenario(target.contains(":") ? "[\(target)]:40002" : "\(target):40002") {
            $0.server = server
            $0.isHeld(.source, on: owner)
            $0.allSaw(.selfConnected)
        }
        #expect(scenario.evidence.serverAccess?.answer == (isKept ? .no : .yes))
        #expect((scenario.assessment.verdict == .stolen) == isKept)
    }

    @Test("The test bind outweighs the rules: with SO_REUSEADDR on both sides a server can bind")
    func kernelDecides() {
        let scenario = Scenario {
            $0.isHeld(.source, on: "127.0.0.1")
            $0.kernelsAnswer = .yes
            $0.directed = [.selfConnected, .notAvailable, .selfConnected, .selfConnected]
        }
        #expect(scenario.assessment.verdict == .susceptible)
        #expect(scenario.assessment.serverAccess?.proof == .directed)
    }

    @Test("A socket that is known to set SO_REUSEADDR does not keep a server from the port") func knownOption() {
        var evidence = Scenario {
            $0.isHeld(.source, on: "127.0.0.1")
            $0.allSaw(.selfConnected)
        }.evidence
        #expect(evidence.serverAccessByRules?.answer == .no)
        evidence.sockets.holders[0].reusesAddress = true
        #expect(evidence.serverAccessByRules?.answer == .yes)
    }

    /// The holder of the port, the outcome of a plain connect(), and whether a test bind is made on a kernel that does
    /// not restore the state of ports.
    static let askedOnOldKernels: [(Holder.State?, Observation.Outcome, Bool)] = [
        (nil, .selfConnected, true), (.source, .selfConnected, false), (.source, .notAvailable, true),
        (.timeWait, .selfConnected, true), (.selfConnected, .selfConnected, false),
        (.selfConnected, .notAvailable, false),
    ]

    @Test("On a kernel that does not restore a port's state, the test bind runs only where it leaves no lasting change")
    func oldKernels() {
        for (state, outcome, isAsked) in Self.askedOnOldKernels {
            var scenario = Scenario {
                if let state { $0.isHeld(state, on: "127.0.0.1") }
                $0.allSaw(outcome)
                $0.kernel.restoresPortState = false
            }
            #expect(scenario.evidence.asksKernelForServer == isAsked, "\(String(describing: state)) \(outcome)")
            scenario.kernel.restoresPortState = true
            #expect(scenario.evidence.asksKernelForServer)
        }
    }

    @Test("Beside a connection a bind probe runs only if it is refused or the kernel restores the port's state")
    func bindProbe() {
        for (address, restores, runs) in [
            ("127.0.0.1", false, true), ("192.0.2.7", false, false), ("192.0.2.7", true, true),
        ] {
            let scenario = Scenario {
                $0.isHeld(.source, on: address)
                $0.directed = [.selfConnected]
                $0.kernel.restoresPortState = restores
            }
            #expect(scenario.evidence.bindProbeLeavesNoTrace == runs)
        }
    }

    @Test("A server on the target's address makes the test bind unnecessary; a server of the other family does not")
    func serverIsUp() {
        for (address, access) in [("127.0.0.1", nil), ("0.0.0.0", nil), ("192.0.2.7", nil), ("::1", .yes)]
            as [(String, ServerAccess.Answer?)]
        {
            let scenario = Scenario {
                $0.isHeld(.listening, on: address)
                $0.allSaw(.notAvailable)
            }
            #expect(scenario.evidence.serverAccess?.answer == access, "\(address)")
        }
    }

    @Test("A port outside the range without a holder is not probed") func outside() {
        let scenario = Scenario("127.0.0.1:30000") { $0.kernelsAnswer = .no }
        #expect(!scenario.evidence.asksKernelForServer)
        #expect(scenario.assessment.verdict == .outsideRange)
    }

    @Test("An orphaned accepted socket is distinguished from a stolen port by the probe, its peer and the listeners")
    func leftover() {
        let closed = Scenario {
            $0.isHeld(.timeWait, on: "127.0.0.1", peer: "127.0.0.1:40990")
            $0.allSaw(.notAvailable)
        }.evidence
        #expect(closed.isOrphanedAcceptedSocket(closed.holders[0]))
        for (peer, outcome, listens, isOrphanedAcceptedSocket) in [
            ("127.0.0.1:40990", Observation.Outcome.notAvailable, false, true),
            ("127.0.0.1:40990", .selfConnected, false, false), ("192.0.2.1:443", .notAvailable, false, false),
            ("127.0.0.1:40990", .notAvailable, true, false),
        ] {
            var evidence = Scenario {
                $0.isHeld(.source, on: "127.0.0.1", peer: peer)
                $0.allSaw(outcome)
            }.evidence
            if listens { evidence.sockets.listeningPeers = [evidence.holders[0].socket.peer] }
            #expect(
                evidence.isOrphanedAcceptedSocket(evidence.holders[0]) == isOrphanedAcceptedSocket,
                "\(peer) \(outcome) \(listens)")
        }
    }

    @Test(
        "Where clients are not probed, a connection is a remainder if a listener was seen before",
        arguments: ["127.0.0.1:40002", "127.0.0.1:30000", "127.0.0.1:40505"], [true, false])
    func unprobed(target: String, hadListener: Bool) {
        var evidence = Scenario(target) {
            $0.kernel.directedProbe = target != "127.0.0.1:40002"
            $0.isHeld(.source, on: "127.0.0.1", peer: "127.0.0.1:40990")
            $0.directed = [.notAvailable]
        }.evidence
        evidence.memory.hadListener = hadListener
        #expect(evidence.isOrphanedAcceptedSocket(evidence.holders[0]) == hadListener)
    }

    @Test("A refused bind without a visible socket is inconclusive on kernels that show all sockets") func unseen() {
        let scenario = Scenario("127.0.0.1:40002") {
            $0.kernelsAnswer = .no
            $0.allSaw(.refused)
            $0.routeSource = .loopback6
        }
        #expect(scenario.assessment.verdict == .inconclusive)
    }

    @Test(
        "Only a closed connection of the target's endpoint to itself is one whose place a probe would take",
        arguments: [
            (Holder.State.timeWait, "127.0.0.1", "127.0.0.1:40002", true),
            (.timeWait, "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:40002", true),
            (.timeWait, "127.0.0.1", "127.0.0.1:40003", false), (.timeWait, "127.0.0.2", "127.0.0.1:40002", false),
            (.timeWait, "127.0.0.2", "127.0.0.2:40002", false), (.source, "127.0.0.1", "127.0.0.1:40002", false),
            (.selfConnected, "127.0.0.1", "127.0.0.1:40002", false),
        ])
    func closedSelfConnection(_ state: Holder.State, _ address: String, _ peer: String, _ isOne: Bool) {
        for target in ["127.0.0.1:40002", "[::ffff:127.0.0.1]:40002"] {
            let evidence = Scenario(target) { $0.isHeld(state, on: address, peer: peer) }.evidence
            #expect(evidence.hasClosedSelfConnection == isOne, "\(target)")
        }
    }

    @Test("A refused test bind makes every conflicting socket a blocker, whatever its options are known to be")
    func refused() {
        var evidence = Scenario {
            $0.isHeld(.source, on: "127.0.0.1")
            $0.kernelsAnswer = .no
            $0.allSaw(.selfConnected)
        }.evidence
        evidence.sockets.holders[0].reusesAddress = true
        #expect(evidence.isStolen && evidence.blockers.count == 1)
    }

    @Test("A listener keeps a server from its port even if it sets SO_REUSEADDR") func listener() {
        var evidence = Scenario { $0.isHeld(.listening, on: "127.0.0.1") }.evidence
        evidence.sockets.holders[0].reusesAddress = true
        #expect(evidence.blockers.count == 1 && !evidence.isStolen)
    }
}
