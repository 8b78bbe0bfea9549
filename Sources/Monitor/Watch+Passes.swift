// A pass: one look at the whole namespace, then one target after another, in steps that leave room for other work.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Begins a pass if it is time, and looks at more of its targets.
    ///
    /// - Returns: whether all have been looked at.
    mutating func passOn(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        do throws(SystemCallError) {
            if plan.begins(at: now) {
                pass = nil
                pass = try beginPass(at: now)
                plan.hasBegun()
            }
            return try advance(at: now, proceed: proceed)
        } catch {
            pass = nil
            plan.giveUp()
            throw error
        }
    }

    private mutating func beginPass(at now: Duration) throws(SystemCallError) -> Pass {
        events.open(at: now)
        let state = try survey.scene()
        findings.fault = state.sockets.gaps.first
        let wall = Clock.wall
        noteDrift(to: state.kernel, at: now, wall)
        takeCensus(of: state, at: wall)
        try followHost(at: now, wall)
        followEvents(in: state.kernel.ephemeralRange, at: now)
        countFailedConnects(at: now)
        let due = plan.due(at: now, of: watchlist)
        return Pass(
            state: state, targets: due.filter { $0.namespace == nil }[...],
            elsewhere: due.filter { $0.namespace != nil })
    }

    private mutating func advance(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        let end = Clock.monotonic + PassPlan.slice
        while let state = pass?.state, let target = pass?.targets.first {
            // Only configured targets are in other namespaces: they come before those that are discovered here.
            if target.source == .discovered, pass?.elsewhere.isEmpty == false {
                guard try lookElsewhere(at: now, proceed: proceed) else { return false }
                continue
            }
            guard proceed() else { return false }
            let known = watchlist[target.id]
            record(
                try survey.look(at: target, in: state, loop: known?.loop, known: known?.finding.evidence), at: now)
            pass?.targets.removeFirst()
            guard plan.isAwaited || Clock.monotonic < end else { return false }
        }
        return try lookElsewhere(at: now, proceed: proceed)
    }

    private mutating func record(_ finding: Finding, at now: Duration) {
        plan.finish(finding.target, at: now)
        for observation in finding.evidence.directed.values { findings.statistics.count(observation, of: .directed) }
        guard let change = watchlist.take(finding) else { return }
        findings.statistics.count(change)
        if change.verdict == .susceptible { loops.expedite(finding.target.id, at: now) }
        journal.note([Event(change, of: finding.target)])
    }

    /// Looks at targets in other network namespaces, each of which has facts and drift of its own.
    ///
    /// - Returns: whether to go on.
    private mutating func lookElsewhere(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        guard let targets = pass?.elsewhere, !targets.isEmpty else { return true }
        let wall = Clock.wall
        if elsewhere == nil { elsewhere = try NamespaceSurveys(timeout: settings.probe.timeout) }
        elsewhere?.redirectedInterval = settings.probe.redirectedInterval
        let watchlist = watchlist
        let failures = OwnFailedConnects.total
        defer { findings.ownFailuresElsewhere += OwnFailedConnects.total - failures }
        guard
            let passes = try elsewhere?.pass(
                over: targets, known: { watchlist[$0.id]?.finding.evidence }, proceed: proceed)
        else { return false }
        pass?.elsewhere = []
        for pass in passes {
            for finding in pass.findings { record(finding, at: now) }
            guard let namespace = pass.namespace, let facts = pass.kernel else { continue }
            noteDrift(to: facts, in: namespace, at: now, wall)
        }
        return true
    }

    // MARK: Drift

    /// All verdicts of a namespace rest on its kernel facts. If they change, the next pass looks at all its targets: soon, and
    /// not at once, so that a process that changes them without end does not keep the probe thread busy.
    private mutating func noteDrift(
        to facts: KernelFacts, in namespace: String, at now: Duration, _ wall: Timestamp
    ) {
        guard let text = drifts.take(facts, in: namespace, at: wall) else { return }
        findings.statistics.countDrift()
        plan.owe(watchlist.targets.lazy.filter { $0.namespace == namespace })
        plan.expedite(to: now + .seconds(1))
        journal.note([
            Event(
                .drift, at: wall, severity: .notice,
                "The choice of ports in namespace \(namespace) has changed: \(text).", namespace: namespace)
        ])
    }

    /// In the daemon's own namespace the map rests on them as well, and the pass that noticed it looks at all targets.
    private mutating func noteDrift(to facts: KernelFacts, at now: Duration, _ wall: Timestamp) {
        guard let text = drifts.take(facts, in: nil, at: wall) else { return }
        findings.statistics.countDrift()
        plan.owe(watchlist.targets)
        maps.expedite(at: now)
        journal.note([
            Event(.drift, at: wall, severity: .notice, "The kernel's choice of ports has changed: \(text).")
        ])
        journal.note(
            watchlist.targets.filter { $0.source == .own && facts.mayChoose($0.endpoint.port) }.map { target in
                Event(
                    .drift, at: wall, severity: .warning,
                    "The daemon's own port \(target.endpoint.port) lies inside the ephemeral range"
                        + " \(facts.ephemeralRange) now: it is exposed to what it watches for.")
            })
    }
}
