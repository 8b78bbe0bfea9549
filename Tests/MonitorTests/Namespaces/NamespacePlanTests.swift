import Testing

@testable import Monitor

@Suite struct NamespacePlanTests {
    @Test func `Namespaces that were never walked come first, then those with the oldest walk`() {
        var plan = NamespacePlan(every: .seconds(30))
        plan.finish("b", hasReadFacts: true, isWhole: true, hasWalked: true, at: .seconds(1))
        plan.finish("a", hasReadFacts: true, isWhole: true, hasWalked: true, at: .seconds(2))
        plan.finish("c", hasReadFacts: true, isWhole: false, hasWalked: false, at: .seconds(3))
        #expect(plan.begin(["a", "b", "c", "d"]) == ["c", "d", "b", "a"])
    }

    @Test func `A namespace is walked once per interval`() {
        var plan = NamespacePlan(every: .seconds(30))
        _ = plan.begin(["a"])
        #expect(plan.admitsWalk(in: "a", at: .zero))
        plan.finish("a", hasReadFacts: true, isWhole: true, hasWalked: true, at: .zero)
        #expect(!plan.admitsWalk(in: "a", at: .seconds(29)) && plan.admitsWalk(in: "a", at: .seconds(30)))
    }

    @Test func `All namespaces take turns for any number of them`() {
        var plan = NamespacePlan(every: .seconds(30))
        let all = (0..<100).map { "n\($0)" }
        var walked: [String: Int] = [:]
        for pass in 0..<13 {
            let now = Duration.seconds(7 * pass)
            for name in plan.begin(all) where plan.admitsWalk(in: name, at: now) {
                walked[name, default: 0] += 1
                plan.finish(name, hasReadFacts: true, isWhole: true, hasWalked: true, at: now)
            }
        }
        #expect(walked.count == 100 && walked.values.reduce(0, +) == 13 * NamespacePlan.walkLimit)
    }

    @Test func `A namespace without connections needs no walk and takes no turn`() {
        var plan = NamespacePlan(every: .seconds(30))
        _ = plan.begin([])
        for number in 0..<100 {
            plan.finish("n\(number)", hasReadFacts: true, isWhole: true, hasWalked: false, at: .zero)
        }
        #expect(plan.admitsWalk(in: "x", at: .zero))
    }

    @Test func `Facts are read at the first visit, and again once in an interval`() {
        var plan = NamespacePlan(every: .seconds(40))
        #expect(plan.wantsFacts(of: "a", at: .zero))
        plan.finish("a", hasReadFacts: true, isWhole: false, hasWalked: false, at: .zero)
        plan.finish("b", hasReadFacts: false, isWhole: false, hasWalked: false, at: .zero)
        #expect(plan.wantsFacts(of: "b", at: .seconds(10)))
        // Passes are a quarter of the interval apart, more or less.
        #expect([10, 20, 31, 39].map { plan.wantsFacts(of: "a", at: .seconds($0)) } == [false, false, false, true])
        plan.finish("a", hasReadFacts: false, isWhole: false, hasWalked: false, at: .seconds(30))
        #expect(plan.wantsFacts(of: "a", at: .seconds(40)), "a visit without reading them does not count")
        plan.forget(["a"])
        #expect(plan.wantsFacts(of: "a", at: .seconds(1)))
    }

    @Test func `A message about namespaces that cannot be watched is sent once, until its reason has gone`() {
        var notices = NamespaceNotices()
        #expect(notices.due([.entry("EPERM")]).count == 1)
        #expect(notices.due([.entry("EPERM")]).isEmpty)
        #expect(notices.due([.entry("EPERM"), .limit]).count == 1)
        #expect(notices.due([]).isEmpty)
        #expect(notices.due([.limit]).count == 1)
    }
}
