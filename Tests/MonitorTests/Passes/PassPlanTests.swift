// Which targets a pass surveys and when: without sockets and threads, with time as a parameter.

import Configuration
import SelfConnect
import Testing

@testable import Monitor

@Suite struct PassPlanTests {
    private static func target(_ port: UInt16, _ source: Target.Source = .configured) -> Target {
        Target(name: "t", endpoint: Endpoint(.loopback4, port), source: source)
    }

    private static let probe = Configuration.Probe()  // an interval of 30 s

    /// Starts a pass and surveys the first `count` of its targets.
    private static func pass(
        _ plan: inout PassPlan, at now: Duration, of watchlist: Watchlist, looksAt count: Int
    ) -> [Target] {
        let begins = plan.startPassIfDue(at: now)
        #expect(begins)
        plan.passStarted()
        let due = plan.due(at: now, of: watchlist)
        for target in due.prefix(count) { plan.finish(target, at: now) }
        return due
    }

    @Test("Incomplete passes still survey all targets in turn")
    func noStarvation() {
        let targets = (0..<100).map { Self.target(40_000 + $0) }
        let watchlist = Watchlist(targets, discovering: DiscoveryRules(keep: .seconds(60)))
        var plan = PassPlan(Self.probe, targets, at: .zero)
        var now = Duration.zero
        _ = Self.pass(&plan, at: now, of: watchlist, looksAt: 100)
        plan.passEnded(at: now)
        // All are to be surveyed again, and each pass is replaced by the next after ten.
        now = .seconds(8)
        plan.request(targets)
        var seen: Set<Target.ID> = []
        for _ in 0..<10 {
            seen.formUnion(Self.pass(&plan, at: now, of: watchlist, looksAt: 10).prefix(10).map(\.id))
            now = max(plan.next, now + .milliseconds(7500))
        }
        #expect(seen.count == 100)
        #expect(plan.oldestVerdict.map { $0 >= .seconds(8) } == true)
    }

    @Test("Configured targets come before discovered ones that have been due for longer") func order() {
        let discovered = (0..<5).map { Self.target(50_000 + $0, .discovered) }
        let configured = (0..<3).map { Self.target(40_000 + $0) }
        var watchlist = Watchlist(configured, discovering: DiscoveryRules(keep: .seconds(60)))
        var plan = PassPlan(Self.probe, configured, at: .zero)
        _ = Self.pass(&plan, at: .zero, of: watchlist, looksAt: 3)
        for target in discovered { watchlist.add(target) }
        plan.insert(discovered, at: .seconds(1))
        let due = plan.due(at: .seconds(60), of: watchlist)
        #expect(due.prefix(3).allSatisfy { $0.source == .configured } && due.count == 8)
    }

    @Test("Discovered targets leave half of the saved processor time to configured ones") func reserve() {
        var plan = PassPlan(Self.probe, [], at: .zero)  // 5 % of a core, of which one second is saved up
        _ = plan.startPassIfDue(at: .zero)
        plan.passStarted()
        let isAdmittedToFirstPass = plan.admitDiscoveredOrWait(at: .zero)
        #expect(isAdmittedToFirstPass, "the start waits for it")
        plan.passEnded(at: .zero)
        _ = plan.startPassIfDue(at: .seconds(8))
        plan.passStarted()
        plan.spend(.milliseconds(400), at: .seconds(8))
        let isAdmitted = plan.admitDiscoveredOrWait(at: .seconds(8))
        #expect(isAdmitted && plan.next <= .seconds(8))
        plan.spend(.milliseconds(300), at: .seconds(8))
        let isAdmittedBeyond = plan.admitDiscoveredOrWait(at: .seconds(8))
        #expect(!isAdmittedBeyond && plan.next == .seconds(12), "200 ms are missing, and 50 ms come in a second")
        let begins = plan.startPassIfDue(at: .milliseconds(15_500))
        plan.passStarted()
        #expect(begins, "the next pass begins, whatever is left of this one")
        #expect(plan.next <= .milliseconds(15_500))
    }

    @Test("A target whose survey is pending keeps its turn") func turns() {
        let targets = (0..<4).map { Self.target(40_000 + $0) }
        let watchlist = Watchlist(targets, discovering: DiscoveryRules(keep: .seconds(60)))
        var plan = PassPlan(Self.probe, targets, at: .zero)
        _ = Self.pass(&plan, at: .zero, of: watchlist, looksAt: 4)
        plan.request(targets)
        _ = Self.pass(&plan, at: .seconds(8), of: watchlist, looksAt: 4)
        // They are still spread over the interval.
        #expect(plan.due(at: .seconds(15.5), of: watchlist).count < 4)
    }

    @Test("Only an awaited pass exceeds the share of the processor") func share() {
        var plan = PassPlan(Self.probe, [Self.target(40_000)], at: .zero)
        plan.spend(.seconds(5), at: .zero)
        #expect(plan.next == .zero, "the start waits for the first pass")
        _ = plan.startPassIfDue(at: .zero)
        plan.passEnded(at: .zero)
        // 4 s are owed at 5 %.
        #expect(plan.next >= .seconds(79) && plan.next <= .seconds(81))
        plan.apply(Self.probe, at: .seconds(2))
        #expect(plan.next == .seconds(2), "so does a reload")
    }

    @Test("A running pass is published every two seconds, and an abandoned one starts again") func course() {
        var plan = PassPlan(Self.probe, [Self.target(40_000)], at: .zero)
        _ = plan.startPassIfDue(at: .zero)
        plan.passStarted()
        plan.passEnded(at: .seconds(10))
        let begins = plan.startPassIfDue(at: .seconds(10))
        #expect(begins)
        plan.passStarted()
        let publications = [11.9, 12, 13.9].map { plan.markPublishedIfDue(at: .seconds($0)) }
        #expect(publications == [false, true, false])
        #expect(plan.next <= .seconds(12), "it goes on at once")
        plan.passFailed(at: .seconds(10))
        #expect(plan.next == .seconds(17.5))
        plan.expedite(to: .seconds(13))
        #expect(plan.next == .seconds(13))
    }

    @Test("After a pass that took long to fail there is a pause, unless a target is urgent") func failure() {
        let target = Self.target(40_000)
        var plan = PassPlan(Self.probe, [target], at: .zero)
        let begins = plan.startPassIfDue(at: .zero)
        plan.passStarted()
        plan.passFailed(at: .seconds(60))
        #expect(begins && plan.next == .seconds(67.5), "also if it is awaited")
        plan.makeUrgent([target], at: .seconds(61))
        plan.passFailed(at: .seconds(62))
        #expect(plan.next == .seconds(61))
    }

    @Test("An event on a port starts a pass at once, with its target first") func urgent() {
        let targets = (0..<5).map { Self.target(40_000 + $0) } + [Self.target(50_000, .discovered)]
        let watchlist = Watchlist(Array(targets.prefix(5)), discovering: DiscoveryRules(keep: .seconds(60)))
        var plan = PassPlan(Self.probe, targets, at: .zero)
        _ = Self.pass(&plan, at: .zero, of: watchlist, looksAt: 5)
        plan.passEnded(at: .zero)
        #expect(plan.next == .milliseconds(7500))
        plan.makeUrgent([targets[3]], at: .seconds(1))
        #expect(plan.next <= .seconds(1))
        #expect(Self.pass(&plan, at: .seconds(1), of: watchlist, looksAt: 1).first == targets[3])
        let publications = [plan.markPublishedIfDue(at: .seconds(1)), plan.markPublishedIfDue(at: .seconds(1))]
        #expect(publications == [true, false], "what is urgent is published before the pass has ended, and once")
    }

    @Test("Passes keep to their share of the processor for any rate of events") func storm() {
        let target = Self.target(40_000)
        let watchlist = Watchlist([target], discovering: DiscoveryRules(keep: .seconds(60)))
        var plan = PassPlan(Self.probe, [target], at: .zero)
        let cost = Duration.milliseconds(10)
        var passes = 0
        for millisecond in 0..<60_000 {
            let now = Duration.milliseconds(millisecond)
            plan.makeUrgent([target], at: now)
            guard now >= plan.next else { continue }
            _ = Self.pass(&plan, at: now, of: watchlist, looksAt: 1)
            plan.passEnded(at: now)
            plan.spend(cost, at: now)
            passes += 1
        }
        // A second is saved up, and five percent of the minute are three.
        #expect(cost * passes <= .seconds(4) + cost)
        #expect(cost * passes >= .milliseconds(3500))
    }
}
