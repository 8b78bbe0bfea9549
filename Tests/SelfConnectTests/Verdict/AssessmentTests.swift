// The verdict table of the documentation, row by row: the conditions of each verdict, their precedence, and what must
// never be reported as safe.

import SelfConnect
import Testing

/// From evidence to verdict.
@Suite struct AssessmentTests {
    /// One example of each verdict.
    static let examples: [(verdict: Verdict, severity: Severity, proof: Proof, scenario: Scenario, reason: String)] = [
        (
            .selfConnected, .critical, .directed,
            Scenario {
                $0.isHeld(.selfConnected, on: "127.0.0.1", unit: "cron.service")
                $0.directed = [.notAvailable, .notAvailable, .notAvailable, .notAvailable]
            },
            "A socket of cron.service is connected to itself on 127.0.0.1:40002: its client talks to itself and no"
                + " server can bind the port."
        ),
        (
            .stolen, .critical, .analysis,
            Scenario {
                $0.isHeld(.source, on: "127.0.0.1", peer: "10.0.0.9:443", unit: nil)
                $0.directed = [.notAvailable, .notAvailable, .notAvailable, .notAvailable]
            },
            "Port 40002 is the source port of a connection to 10.0.0.9:443 of uid 112: a server cannot bind"
                + " 0.0.0.0:40002 as long as it lives."
        ),
        (
            .stolen, .warning, .directed,
            Scenario {
                $0.isHeld(.timeWait, on: "127.0.0.1", peer: "10.0.0.9:443", unit: nil)
                $0.server = .exact
                $0.kernelsAnswer = .no
                $0.allSaw(.selfConnected)
            },
            "Port 40002 is in use by a closed connection to 10.0.0.9:443 (TIME-WAIT): a server cannot bind"
                + " 127.0.0.1:40002 until the kernel forgets it, about 60 s after it was closed."
        ),
        (
            .redirected, .notice, .directed,
            Scenario {
                $0.directed = [.reachedListener]
                $0.isRedirected = true
            },
            "Connections to 127.0.0.1:40002 are answered by another socket although no socket listens on it here (NAT,"
                + " or an eBPF program), and clients whose connections are redirected cannot connect to themselves; a probe"
                + " found that at 00:00:00 UTC."
        ),
        (
            .susceptible, .critical, .directed, Scenario { $0.allSaw(.selfConnected) },
            "Port 40002 lies in the ephemeral range 40000-41000, is neither reserved nor in use: a client that"
                + " reconnects to 127.0.0.1:40002 can connect to itself, likely for clients of kind connect (about 444"
                + " attempts), bind-late (about 444 attempts) and range (about 886 attempts); rare for bind, which use"
                + " it only after all ports of the other parity are exhausted."
        ),
        (
            .latent, .warning, .directed,
            Scenario {
                $0.isHeld(.listening, on: "127.0.0.1")
                $0.allSaw(.notAvailable)
            },
            "Port 40002 lies in the ephemeral range 40000-41000 and is not reserved; a listener of hdfs.service on"
                + " 127.0.0.1:40002 keeps clients from being given it, and when that goes they can connect to"
                + " themselves on 127.0.0.1:40002."
        ),
        (
            .inconclusive, .warning, .directed, Scenario { $0.directed = [.timedOut] },
            "No verdict on port 40002: a probe as connect got no answer within 0 ms, as with a packet filter that drops."
        ),
        (
            .guarded, .ok, .directed,
            Scenario {
                $0.guards = [.loopback4]
                $0.allSaw(.notAvailable)
                $0.kernelsAnswer = .yes
            },
            "Port 40002 lies in the ephemeral range 40000-41000 and is not reserved; a guard of this daemon is bound to it"
                + " on 127.0.0.1 and keeps the kernel from giving it to clients of kind connect."
        ),
        (
            .reserved, .ok, .directed, Scenario("127.0.0.1:40505") { $0.allSaw(.notAvailable) },
            "Port 40505 lies in the ephemeral range 40000-41000, but net.ipv4.ip_local_reserved_ports keeps the kernel"
                + " from giving it to clients."
        ),
        (
            .outsideRange, .ok, .analysis, Scenario("127.0.0.1:30000"),
            "Port 30000 lies outside the ephemeral range 40000-41000: the kernel gives it to no client."
        ),
        (
            .notSelf, .notice, .directed,
            Scenario("127.0.1.1:40002") {
                $0.routeSource = .loopback4
                $0.directed = [.refused, .selfConnected, .selfConnected, .refused]
            },
            "Clients of kind connect that connect to 127.0.1.1 get the source address 127.0.0.1, so they cannot meet"
                + " themselves; clients that bind 127.0.1.1 first can: likely for clients of kind bind-late (about 444"
                + " attempts); rare for bind, which use it only after all ports of the other parity are exhausted."
        ),
        (
            .notSelf, .ok, .analysis, Scenario("192.0.2.1:40002") { $0.isOwn = false },
            "192.0.2.1 is not an address of this host, so no client here can have it as its own; nothing was sent."
        ),
    ]

    @Test(
        "The reason of a self-connection does not claim that no server can bind if the test bind succeeded",
        arguments: [ServerAccess.Answer.yes, .no])
    func bindableSelfConnection(_ answer: ServerAccess.Answer) {
        let assessment = Scenario {
            $0.isHeld(.selfConnected, on: "127.0.0.1")
            $0.kernelsAnswer = answer
        }.assessment
        #expect(assessment.verdict == .selfConnected)
        #expect(assessment.reason.contains("no server can bind") == (answer == .no), "\(assessment.reason)")
        #expect(assessment.reason.contains("sets SO_REUSEADDR can bind") == (answer == .yes))
    }

    @Test("Each verdict has its example, severity, proof and sentence", arguments: examples.indices)
    func example(_ index: Int) {
        let example = Self.examples[index]
        let assessment = example.scenario.assessment
        #expect(assessment.verdict == example.verdict && assessment.severity == example.severity)
        #expect(assessment.proof == example.proof)
        #expect(assessment.reason == example.reason)
    }

    @Test("Every verdict is among the examples") func complete() {
        #expect(Set(Self.examples.map(\.verdict)) == Set(Verdict.allCases))
    }

    /// Adds the condition of each verdict to any evidence about 127.0.0.1:40002 for connect and bind, most severe
    /// first.
    static let conditions: [(Verdict, @Sendable (inout Scenario) -> Void)] = [
        (.selfConnected, { $0.isHeld(.selfConnected, on: "127.0.0.1") }),
        (.stolen, { $0.isHeld(.source, on: "127.0.0.1") }),
        (.susceptible, { $0.directed[0] = .selfConnected }),
        (
            .latent,
            {
                $0.isHeld(.listening, on: "::1")
                if $0.directed[0] != .selfConnected { $0.directed[0] = .notAvailable }
            }
        ),
        (.inconclusive, { $0.directed[1] = .timedOut }),
    ]

    @Test(
        "Of two verdicts that apply the more severe one is given",
        arguments: (0..<5).flatMap { grave in (grave..<5).map { (grave, $0) } })
    func precedence(_ grave: Int, _ mild: Int) {
        var scenario = Scenario { $0.clients = [.connect, .bind] }
        scenario.allSaw(.refused)
        scenario.directed[1] = .notAvailable
        Self.conditions[grave].1(&scenario)
        Self.conditions[mild].1(&scenario)
        #expect(scenario.assessment.verdict == Self.conditions[grave].0)
    }

    @Test(
        "A hindered probe outweighs every harmless verdict",
        arguments: ["127.0.0.1:40505", "127.0.0.1:30000", "127.0.1.1:40002"])
    func hinderedOverHarmless(_ endpoint: String) {
        let scenario = Scenario(endpoint) {
            $0.routeSource = .loopback4
            $0.directed = [.failed]
        }
        #expect(scenario.assessment.verdict == .inconclusive)
    }

    @Test("A reserved port outside the range has the verdict outside-range") func outsideOverReserved() {
        let scenario = Scenario("127.0.0.1:40505") { $0.kernel.ephemeralRange = PortRange(50000, 60000) }
        #expect(scenario.assessment.verdict == .outsideRange)
    }

    @Test(
        "The other parity is a warning for plain clients and critical where clients that bind are configured",
        arguments: [
            ([.connect], .warning), ([.bind], .critical), ([.connect, .bind], .critical), ([.range], .critical),
        ]
            as [(Set<ClientKind>, Severity)])
    func otherParity(_ clients: Set<ClientKind>, _ severity: Severity) {
        let scenario = Scenario("127.0.0.1:40003") {
            $0.clients = clients
            $0.allSaw(.selfConnected)
        }
        #expect(scenario.assessment.verdict == .susceptible && scenario.assessment.severity == severity)
        #expect(scenario.assessment.exposures[.connect]?.level == .rare)
        #expect(scenario.assessment.exposures[.bind]?.level == .likely)
    }

    @Test("A connection in TIME-WAIT protects no client, and a port that a server can bind beside it is not stolen")
    func timeWaitOnly() {
        let scenario = Scenario {
            $0.isHeld(.timeWait, on: "127.0.0.1")
            $0.kernelsAnswer = .yes
            $0.allSaw(.notAvailable)
        }
        #expect(scenario.assessment.verdict == .susceptible && scenario.assessment.proof == .analysis)
        #expect(scenario.assessment.reason.contains("only a closed connection (TIME-WAIT) has it"))
    }

    @Test("An unavailable port without a holder is inconclusive, and latent only where holders may be invisible")
    func unseenHolders() {
        var scenario = Scenario { $0.allSaw(.notAvailable) }
        #expect(scenario.assessment.verdict == .inconclusive)
        #expect(scenario.assessment.reason.hasSuffix("but shows no socket that has it."))
        scenario.kernel.showsBoundSockets = false
        #expect(scenario.assessment.verdict == .latent)
        #expect(scenario.assessment.reason.contains("a socket that this kernel does not show keeps clients"))
        scenario.kernel.showsBoundSockets = true
        scenario.kernel.sockets = .procNet
        #expect(scenario.assessment.verdict == .latent)
    }

    @Test("Of a port that was not probed, because too many others are silent, no packet filter is suspected")
    func untried() {
        let reason = Scenario { $0.allSaw(.timedOut) }.evidence
        var evidence = reason
        for kind in ClientKind.allCases {
            evidence.probes.directed[kind]?.attempts = 0
            evidence.probes.directed[kind]?.detail = "too many probes have timed out"
        }
        #expect(Assessment(reason).reason.contains("got no answer"))
        let untried = Assessment(evidence)
        #expect(untried.verdict == .inconclusive)
        #expect(untried.reason == "No verdict on port 40002: it was not probed: too many probes have timed out.")
    }

    @Test("A directed probe that is refused suggests a packet filter that rejects and is inconclusive")
    func rejectingFilter() {
        let scenario = Scenario { $0.directed = [.refused] }
        #expect(scenario.assessment.verdict == .inconclusive && scenario.assessment.severity == .warning)
        #expect(scenario.assessment.reason.contains("as with a packet filter that rejects"))
    }

    @Test("A holder on another address is named as the reason of latent, not a closed connection listed before it")
    func namedHolder() {
        let scenario = Scenario("[::1]:40002") {
            $0.isHeld(.timeWait, on: "::1")
            $0.isHeld(.source, on: "127.0.0.1")
            $0.isHeld(.listening, on: "127.0.0.1")
            $0.directed = [.notAvailable, .notAvailable, .notAvailable, .notAvailable]
        }
        #expect(scenario.assessment.verdict == .latent)
        #expect(scenario.assessment.reason.contains("a listener of hdfs.service on 127.0.0.1:40002 keeps clients"))
    }

    @Test("A reserved port whose probe connected to itself is inconclusive, because the settings have changed")
    func drift() {
        let scenario = Scenario("127.0.0.1:40505") { $0.allSaw(.selfConnected) }
        #expect(scenario.assessment.verdict == .inconclusive)
        #expect(scenario.assessment.reason.contains("settings"))
    }

    @Test(
        "The owner of a holder is named as precisely as it is known",
        arguments: [
            ("hdfs.service", "java", 812, "hdfs", "hdfs.service"), (nil, "java", 812, "hdfs", "java (pid 812)"),
            (nil, "java", nil, "hdfs", "java"), (nil, nil, nil, "hdfs", "user hdfs"), (nil, nil, nil, nil, "uid 112"),
        ] as [(String?, String?, Int32?, String?, String)])
    func owner(_ unit: String?, _ command: String?, _ pid: Int32?, _ user: String?, _ expected: String) {
        var scenario = Scenario { $0.isHeld(.selfConnected, on: "127.0.0.1", unit: unit) }
        scenario.holders[0].command = command
        scenario.holders[0].pid = pid
        scenario.holders[0].user = user
        #expect(scenario.assessment.reason.hasPrefix("A socket of \(expected) is connected to itself"))
    }
}
