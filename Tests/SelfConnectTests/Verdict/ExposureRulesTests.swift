// Each row of the directed-probe table, once with the probes' outcomes and once by analysis alone: on kernels without
// the probe the same holders must give the same exposures.

import SelfConnect
import Testing

/// The holder of the port, the target, and the outcome of each kind on Linux 6.18.
struct ProbeRow: Sendable, CustomTestStringConvertible {
    var holder: (state: Holder.State, address: String)?
    let target: String
    /// The outcomes of connect, bind, bind-late and range.
    let answers: [Observation.Outcome]
    let verdict: Verdict
    /// The verdict for clients that bind first.
    let verdictOfBind: Verdict

    var testDescription: String { "\(holder.map { "\($0.state.rawValue) \($0.address)" } ?? "no socket") to \(target)" }

    func scenario(_ clients: Set<ClientKind>, withProbes: Bool) -> Scenario {
        Scenario("\(target):40002") {
            $0.clients = clients
            $0.server = .exact
            if target == "127.0.0.2" { $0.routeSource = .loopback4 }
            if let holder { $0.isHeld(holder.state, on: holder.address) }
            if withProbes { $0.directed = answers } else { $0.kernel.directedProbe = false }
        }
    }
}

/// From probes and holders to exposures.
@Suite struct ExposureRulesTests {
    @Test("A kernel without IP_LOCAL_PORT_RANGE has no clients of the kind range") func noRange() {
        let scenario = Scenario {
            $0.clients = [.range]
            $0.kernel.directedProbe = false
        }
        let assessment = scenario.assessment
        #expect(Set(assessment.exposures.keys) == [.connect, .bind, .bindLate])
        #expect(assessment.verdict == .notSelf && assessment.severity == .notice && assessment.proof == .analysis)
        #expect(
            assessment.reason
                == "This kernel has no IP_LOCAL_PORT_RANGE, so that there are no clients of kind range.")
    }

    @Test("Range clients are given ports of the other parity if the kernel walks both", arguments: [true, false])
    func parity(walksBoth: Bool) {
        let scenario = Scenario("127.0.0.1:40003") {
            $0.clients = [.range]
            $0.allSaw(.selfConnected)
            $0.kernel.rangeWalksBothParities = walksBoth
        }
        let exposure = scenario.assessment.exposures[.range]
        #expect(exposure?.level == (walksBoth ? .likely : .rare))
        #expect((exposure?.expectedAttempts == nil) == !walksBoth)
        #expect(scenario.assessment.verdict == .susceptible)
    }

    @Test("A bind probe that shares a port with its holder proves nothing", arguments: [true, false], [true, false])
    func shared(autobindReuse: Bool, isHeld: Bool) {
        let scenario = Scenario("127.0.0.1:40003") {
            $0.clients = [.bind]
            $0.server = .exact
            if isHeld { $0.isHeld(.bound, on: "127.0.0.1") }
            $0.allSaw(.selfConnected)
            $0.kernel.autobindReuse = autobindReuse
        }
        let exposure = scenario.assessment.exposures[.bind]
        let shares = autobindReuse && isHeld
        #expect(exposure?.level == (shares ? Exposure.Level.none : .likely))
        #expect(scenario.assessment.verdict == (shares ? .latent : .susceptible))
        #expect(exposure?.proof == (shares ? .analysis : .directed))
    }

    static let none: [Observation.Outcome] = [.notAvailable, .notAvailable, .notAvailable, .notAvailable]
    static let bindOnly: [Observation.Outcome] = [.notAvailable, .selfConnected, .notAvailable, .notAvailable]
    static let all: [Observation.Outcome] = [.selfConnected, .selfConnected, .selfConnected, .selfConnected]
    static let notBind: [Observation.Outcome] = [.selfConnected, .notAvailable, .selfConnected, .selfConnected]
    static let binding: [Observation.Outcome] = [.refused, .selfConnected, .selfConnected, .refused]

    static let rows: [ProbeRow] =
        [Holder.State.listening, .bound].flatMap { state in
            [
                ProbeRow(
                    holder: (state, "127.0.0.1"), target: "127.0.0.1", answers: none, verdict: .latent,
                    verdictOfBind: .latent),
                ProbeRow(
                    holder: (state, "127.0.0.1"), target: "[::1]", answers: bindOnly, verdict: .latent,
                    verdictOfBind: .susceptible),
                ProbeRow(
                    holder: (state, "127.0.0.1"), target: "127.0.0.2", answers: bindOnly, verdict: .notSelf,
                    verdictOfBind: .susceptible),
                ProbeRow(
                    holder: (state, "0.0.0.0"), target: "[::1]", answers: bindOnly, verdict: .latent,
                    verdictOfBind: .susceptible),
                ProbeRow(
                    holder: (state, "0.0.0.0"), target: "127.0.0.1", answers: none, verdict: .latent,
                    verdictOfBind: .latent),
                ProbeRow(
                    holder: (state, "0.0.0.0"), target: "[::]", answers: none, verdict: .latent, verdictOfBind: .latent),
                ProbeRow(
                    holder: (state, "::"), target: "127.0.0.1", answers: none, verdict: .latent, verdictOfBind: .latent),
                ProbeRow(
                    holder: (state, "::"), target: "[::1]", answers: none, verdict: .latent, verdictOfBind: .latent),
                ProbeRow(
                    holder: (state, "::1"), target: "127.0.0.1", answers: bindOnly, verdict: .latent,
                    verdictOfBind: .susceptible),
                ProbeRow(
                    holder: (state, "::ffff:127.0.0.1"), target: "127.0.0.1", answers: none, verdict: .latent,
                    verdictOfBind: .latent),
            ]
        } + [
            ProbeRow(target: "127.0.0.1", answers: all, verdict: .susceptible, verdictOfBind: .susceptible),
            ProbeRow(target: "[::1]", answers: all, verdict: .susceptible, verdictOfBind: .susceptible),
            ProbeRow(target: "0.0.0.0", answers: all, verdict: .susceptible, verdictOfBind: .susceptible),
            ProbeRow(target: "127.0.0.2", answers: binding, verdict: .notSelf, verdictOfBind: .susceptible),
            ProbeRow(
                holder: (.source, "127.0.0.1"), target: "127.0.0.1", answers: notBind, verdict: .stolen,
                verdictOfBind: .stolen),
            ProbeRow(
                holder: (.source, "127.0.0.1"), target: "[::1]", answers: all, verdict: .susceptible,
                verdictOfBind: .susceptible),
            ProbeRow(
                holder: (.source, "127.0.0.1"), target: "127.0.0.2", answers: binding, verdict: .notSelf,
                verdictOfBind: .susceptible),
            ProbeRow(
                holder: (.selfConnected, "127.0.0.1"), target: "127.0.0.1", answers: none, verdict: .selfConnected,
                verdictOfBind: .selfConnected),
            ProbeRow(
                holder: (.selfConnected, "127.0.0.1"), target: "[::1]", answers: all, verdict: .susceptible,
                verdictOfBind: .susceptible),
            // To the server's address it is in the way; clients are connected to the loopback address of the family.
            ProbeRow(
                holder: (.selfConnected, "127.0.0.1"), target: "0.0.0.0", answers: none, verdict: .selfConnected,
                verdictOfBind: .selfConnected),
            ProbeRow(
                holder: (.selfConnected, "127.0.0.1"), target: "[::]", answers: notBind, verdict: .selfConnected,
                verdictOfBind: .selfConnected),
            ProbeRow(
                holder: (.selfConnected, "::1"), target: "0.0.0.0", answers: notBind, verdict: .selfConnected,
                verdictOfBind: .selfConnected),
            ProbeRow(
                holder: (.selfConnected, "::1"), target: "[::]", answers: none, verdict: .selfConnected,
                verdictOfBind: .selfConnected),
            ProbeRow(
                holder: (.timeWait, "127.0.0.1"), target: "127.0.0.1", answers: notBind, verdict: .stolen,
                verdictOfBind: .stolen),
        ]

    @Test("A row of the table gives its verdict, with the probes and without", arguments: rows, [true, false])
    func row(_ row: ProbeRow, withProbes: Bool) {
        #expect(row.scenario([.connect], withProbes: withProbes).assessment.verdict == row.verdict)
        #expect(row.scenario([.bind], withProbes: withProbes).assessment.verdict == row.verdictOfBind)
    }

    @Test("A kind is exposed if and only if its own probe connected to itself", arguments: rows)
    func exposure(_ row: ProbeRow) {
        let exposures = row.scenario([.connect], withProbes: true).assessment.exposures
        for (kind, answer) in zip(ClientKind.allCases, row.answers) where row.holder?.state != .timeWait {
            #expect(exposures[kind]?.isExposed == (answer == .selfConnected), "\(kind)")
            #expect(exposures[kind]?.proof == .directed)
        }
    }

    @Test("Without the probes a kind is exposed if and only if it would connect to itself", arguments: rows)
    func analysed(_ row: ProbeRow) {
        let exposures = row.scenario([.connect], withProbes: false).assessment.exposures
        for (kind, answer) in zip(ClientKind.allCases, row.answers) where row.holder?.state != .timeWait {
            guard let exposure = exposures[kind] else { continue }
            #expect(exposure.isExposed == (answer == .selfConnected), "\(kind)")
        }
    }

    @Test("A port whose source was fixed by bind() is held on every address, as by a server") func boundSource() {
        // Such a socket looks like any other connection; only the probe shows the difference.
        let scenario = Scenario("[::1]:40002") {
            $0.server = .exact
            $0.isHeld(.source, on: "127.0.0.1")
            $0.directed = Self.bindOnly
        }
        #expect(scenario.assessment.verdict == .latent && scenario.assessment.severity == .warning)
    }

    @Test("Without the directed probe a loop that closed is the proof for its own client kind") func loopProof() {
        let closed = Observation(
            client: .connect, outcome: .selfConnected, at: Timestamp(nanoseconds: 0), attempts: 439)
        let scenario = Scenario { $0.loop = closed }
        #expect(scenario.assessment.proof == .loop && scenario.assessment.verdict == .susceptible)
        #expect(scenario.assessment.exposures[.range]?.proof == .analysis)
        #expect(Scenario().assessment.proof == .analysis)
    }

    @Test("Without probe and sockets nothing is known") func blind() {
        let scenario = Scenario { $0.kernel.sockets = .none }
        #expect(scenario.assessment.verdict == .inconclusive)
        #expect(scenario.assessment.reason.hasSuffix("the sockets of this host could not be read."))
        #expect(Scenario("127.0.0.1:30000") { $0.kernel.sockets = .none }.assessment.verdict == .outsideRange)
    }

    @Test("A skipped probe counts as no probe") func skipped() {
        #expect(Scenario { $0.allSaw(.skipped) }.assessment == Scenario().assessment)
    }
}
