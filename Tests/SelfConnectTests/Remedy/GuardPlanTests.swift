import SelfConnect
import Testing

/// Which ports are guarded.
@Suite struct GuardPlanTests {
    @Test(
        "A port of the range is guarded, a port that the kernel gives to no client is not",
        arguments: [
            ("127.0.0.1:40002", nil), ("127.0.0.1:40505", "it is reserved"),
            ("127.0.0.1:30000", "outside the ephemeral range"),
        ] as [(String, String?)])
    func ports(_ endpoint: String, _ reason: String?) {
        let rule = GuardRule(finding(endpoint))
        guard let reason else {
            #expect(rule == .have)
            return
        }
        guard case .refuse(let text) = rule else {
            Issue.record("\(rule)")
            return
        }
        #expect(text.hasSuffix(reason))
    }

    @Test("A guard is refused if the server is known not to set SO_REUSEADDR, but not if that is unknown")
    func server() {
        var evidence = Scenario { $0.isHeld(.listening, on: "127.0.0.1") }.evidence
        #expect(GuardRule(finding(evidence)) == .have)
        evidence.memory.reusesAddress = true
        #expect(GuardRule(finding(evidence)) == .have)
        evidence.memory.reusesAddress = false
        #expect(GuardRule(finding(evidence)) != .have)
    }

    @Test("A held guard stays while servers come and go, and is released when the port is reserved") func life() {
        var plan = GuardPlan()
        let free = finding("127.0.0.1:40002")
        #expect(plan.action(after: free) == .take)
        plan.recordRefused(free.target.id, because: "a server listens")
        #expect(plan[free.target.id] == .waiting("a server listens"))
        #expect(plan.action(after: free) == .take)
        plan.recordTaken(free.target, at: now)
        #expect(plan.action(after: free) == .nothing && plan[free.target.id] == .held(since: now))
        #expect(plan.action(after: finding(Scenario { $0.isHeld(.listening, on: "0.0.0.0") }.evidence)) == .nothing)
        var reserved = free.evidence
        reserved.kernel.reservedPorts.insert(40002)
        #expect(plan.action(after: finding(reserved)) == .release)
        #expect(plan[free.target.id]?.name == .refused)
        #expect(plan.action(after: finding(reserved)) == .nothing, "it is given up once")
        #expect(plan.action(after: free) == .take, "and taken again")
    }

    @Test("A failed survey changes no guard") func unknown() {
        var plan = GuardPlan()
        let target = finding("127.0.0.1:40002").target
        let failed = Finding(target, at: now, evidence: Evidence(of: target, surveyFault: "it failed"))
        #expect(plan.action(after: failed) == .nothing && plan[target.id] == .waiting("it failed"))
        plan.recordTaken(target, at: now)
        #expect(plan.action(after: failed) == .nothing && plan[target.id]?.name == .held)
    }

    @Test("The number of guards is limited, and a free place is reused") func limit() {
        var plan = GuardPlan(limit: 1)
        let (first, second) = (finding("127.0.0.1:40002"), finding("127.0.0.1:40004"))
        #expect(plan.action(after: first) == .take)
        plan.recordTaken(first.target, at: now)
        #expect(plan.action(after: second) == .nothing)
        #expect(plan[second.target.id]?.reason == "1 guards are held, which is the limit")
        #expect(plan.forgetAll(except: [second.target.id]) == [first.target.id])
        #expect(plan.action(after: second) == .take && plan[first.target.id] == nil)
    }

    @Test("Discovered ports leave room for configured ones, and one namespace leaves room for others") func shares() {
        var plan = GuardPlan()
        var taken: [String?: Int] = [:]
        for (namespace, port) in [("crowd", 40_000), (nil, 40_100), ("zone", 40_600)] as [(String?, UInt16)] {
            for port in port..<(port + 300) where port <= 41_000 && !(40_500...40_509).contains(port) {
                let finding = discovered(port, in: namespace)
                guard plan.action(after: finding) == .take else { continue }
                plan.recordTaken(finding.target, at: now)
                taken[namespace, default: 0] += 1
            }
        }
        #expect(taken["crowd"] == GuardPlan.maximumDiscoveredElsewhere)
        #expect(taken.values.reduce(0, +) == GuardPlan.maximumDiscovered)
        #expect(plan.action(after: finding("127.0.0.1:40002")) == .take, "a configured one")
    }

    @Test("A port that was discovered elsewhere is guarded only if its server is known to set SO_REUSEADDR")
    func elsewhere() {
        var unknown = discovered(40_002, in: "blue")
        unknown = Finding(unknown.target, at: now, evidence: finding("127.0.0.1:40002").evidence)
        guard case .leave = GuardRule(unknown) else {
            Issue.record("\(GuardRule(unknown))")
            return
        }
        #expect(GuardRule(discovered(40_002, in: "blue")) == .have)
        #expect(GuardRule(Finding(configured(in: "blue"), at: now, evidence: unknown.evidence)) == .have)
    }

    @Test("What is held in a namespace that has gone is forgotten, and nothing else") func left() {
        var plan = GuardPlan()
        let (here, there) = (configured(in: nil), configured(in: "blue"))
        for target in [here, there] { plan.recordTaken(target, at: now) }
        #expect(plan.forget(namespace: "blue") == [there.id] && plan[there.id] == nil && plan[here.id]?.name == .held)
        #expect(plan.forget(namespace: "blue").isEmpty)
    }

    private func configured(in namespace: String?) -> Target {
        Target(name: "t", endpoint: Endpoint(.loopback4, 40_002), namespace: namespace, isGuarded: true)
    }

    private func discovered(_ port: UInt16, in namespace: String?) -> Finding {
        var evidence = Scenario("127.0.0.1:\(port)").evidence
        evidence.memory.reusesAddress = true
        let target = Target(
            name: "t", endpoint: evidence.endpoint, source: .discovered, namespace: namespace)
        return Finding(target, at: now, evidence: evidence)
    }

    private let now = Timestamp(nanoseconds: 0)

    private func finding(_ endpoint: String) -> Finding { finding(Scenario(endpoint).evidence) }

    private func finding(_ evidence: Evidence) -> Finding {
        Finding(Target(name: "t", endpoint: evidence.endpoint, isGuarded: true), at: now, evidence: evidence)
    }
}
