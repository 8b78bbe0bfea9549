// A pass: the state of the whole namespace, then one target after another, in steps that leave time for other work.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Starts a pass if it is due, and surveys more of its targets.
    ///
    /// - Returns: whether all have been surveyed.
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
            plan.giveUp(at: max(now, Clock.monotonic))
            throw error
        }
    }

    private mutating func beginPass(at now: Duration) throws(SystemCallError) -> Pass {
        let start = Clock.threadProcessorTime
        events.open(at: now)
        let state = try survey.scene()
        findings.fault = state.sockets.gaps.first
        let wall = Clock.wall
        noteDrift(to: state.kernel, at: now, wall)
        takeCensus(of: state, at: wall)
        noteHome(state.kernel, cost: Clock.threadProcessorTime - start, at: wall)
        elsewhere?.beginPass()
        beginVisits(at: now, wall)
        leaveGoneNamespaces()
        try followHost(at: now, wall)
        followEvents(in: state.kernel.ephemeralRange, at: now)
        countFailedConnects(at: now)
        let due = plan.due(at: now, of: watchlist)
        return Pass(
            state: state, targets: due.filter { $0.namespace == nil }[...],
            elsewhere: Target.byNamespace(due.filter { $0.namespace != nil && $0.source != .discovered })[...],
            due: Set(due.compactMap(\.namespace)))
    }

    private mutating func advance(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        let end = Clock.monotonic + PassPlan.slice
        while let state = pass?.state, let target = pass?.targets.first {
            // Configured targets in other namespaces come before those that are discovered here.
            if target.source == .discovered, pass?.areNamespacesVisited == false {
                guard try lookElsewhere(at: now, proceed: proceed) else { return false }
                guard try visitNamespaces(at: now, proceed: proceed) else { return false }
                continue
            }
            if target.source == .discovered, !plan.admitsDiscovered(at: now) { return false }
            guard proceed() else { return false }
            record(try lookAndGuard(target, in: state), at: now)
            pass?.targets.removeFirst()
            guard plan.isAwaited || Clock.monotonic < end else { return false }
        }
        guard try lookElsewhere(at: now, proceed: proceed) else { return false }
        guard try visitNamespaces(at: now, proceed: proceed) else { return false }
        guard try lookElsewhere(at: now, proceed: proceed) else { return false }
        return true
    }

    private mutating func record(_ finding: Finding, at now: Duration) {
        plan.finish(finding.target, at: now)
        let known = watchlist[finding.target.id]?.finding.evidence.probes.directed ?? [:]
        // A port that is still redirected keeps the observations of its last probe.
        for (kind, observation) in finding.evidence.probes.directed where known[kind]?.at != observation.at {
            findings.statistics.count(observation, of: .directed)
        }
        defer { noteGuard(of: finding.target) }
        guard let change = watchlist.record(finding) else { return }
        findings.statistics.count(change)
        if change.verdict == .susceptible { background.loops.expedite(finding.target.id, at: now) }
        findings.journal.note([Event(change, of: finding.target)])
    }

    /// Surveys targets in other network namespaces, each of which has its own facts and drift.
    ///
    /// - Returns: whether all have been looked at.
    private mutating func lookElsewhere(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        let (end, isAwaited) = (Clock.monotonic + PassPlan.slice, plan.isAwaited)
        while let (namespace, targets) = pass?.elsewhere.first, let namespace {
            if targets.allSatisfy({ $0.source == .discovered }), !plan.admitsDiscovered(at: now) { return false }
            // Each step looks at one target at least, even if it takes longer to read the state of the namespace.
            var isFirst = true
            let count = try look(at: targets, in: namespace, at: now) {
                defer { isFirst = false }
                return proceed() && (isFirst || isAwaited || Clock.monotonic < end)
            }
            pass?.finishElsewhere(count)
            guard count == targets.count, isAwaited || Clock.monotonic < end else { return false }
        }
        return true
    }

    /// Looks at targets of one other namespace; how many were looked at.
    private mutating func look(
        at targets: [Target], in namespace: String, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Int {
        let wall = Clock.wall
        try makeElsewhere()
        elsewhere?.redirectedInterval = settings.probe.redirectedInterval
        let wanted = Set(targets.filter { wantsGuard($0) }.map(\.id))
        let failures = OwnFailedConnects.total
        defer { findings.ownFailuresElsewhere += OwnFailedConnects.total - failures }
        let result = try elsewhere?.pass(
            over: targets, in: namespace, state: pass?.states[namespace], proceed: proceed,
            look: { target, state, arrival, survey throws(SystemCallError) in
                if arrival == .replaced { guards.leave(namespace) }
                // Evidence from a namespace that was replaced does not apply to this one.
                let known = arrival == .same ? watchlist[target.id]?.finding.evidence : nil
                return try guards.look(
                    at: target, in: state, with: &survey, isWanted: wanted.contains(target.id), known: known)
            })
        for finding in result?.findings ?? [] {
            if wanted.contains(finding.target.id) { guards.wait(after: finding) }
            record(finding, at: now)
        }
        if let facts = result?.kernel { noteDrift(to: facts, in: namespace, at: now, wall) }
        return result?.findings.count ?? 0
    }

    /// Surveys of other namespaces, made when the first is needed.
    mutating func makeElsewhere() throws(SystemCallError) {
        if elsewhere == nil { elsewhere = try NamespaceSurveys(timeout: settings.probe.timeout) }
    }

    private mutating func noteHome(_ kernel: KernelFacts, cost: Duration, at wall: Timestamp) {
        guard let inode = try? NetworkNamespace.currentIdentity().inode else { return }
        var home = NamespaceReport(NamespaceLabel("", .own), inode: inode)
        (home.kernel, home.census, home.cost) = (kernel, findings.census, cost)
        (home.visited, home.connectionsSeen) = (wall, wall)
        findings.home = home
    }

    // MARK: Drift

    /// All verdicts of a namespace depend on its kernel facts. If these change, the next pass surveys all its targets:
    /// soon, but not at once, so that a process that changes them continuously does not keep the probe thread busy.
    /// In a namespace without configured targets, which can belong to any container, the next pass is not moved up.
    mutating func noteDrift(
        to facts: KernelFacts, in namespace: String, at now: Duration, _ wall: Timestamp
    ) {
        guard let text = findings.drifts.record(facts, in: namespace, at: wall) else { return }
        findings.statistics.countDrift()
        let targets = watchlist.targets.filter { $0.namespace == namespace }
        let isConfigured = targets.contains { $0.source != .discovered }
        plan.request(targets)
        if isConfigured { plan.expedite(to: now + .seconds(1)) }
        var event = Event(
            .drift, at: wall, severity: .notice,
            "The choice of ports in namespace \(namespace) has changed: \(text).", namespace: namespace)
        event.isByLocalUser = !isConfigured
        findings.journal.note([event])
    }

    /// In the daemon's own namespace the map depends on the facts, too; the pass that detects the change surveys all
    /// targets.
    private mutating func noteDrift(to facts: KernelFacts, at now: Duration, _ wall: Timestamp) {
        guard let text = findings.drifts.record(facts, in: nil, at: wall) else { return }
        findings.statistics.countDrift()
        plan.request(watchlist.targets)
        background.maps.expedite(at: now)
        findings.journal.note([
            Event(.drift, at: wall, severity: .notice, "The kernel's choice of ports has changed: \(text).")
        ])
        findings.journal.note(
            watchlist.targets.filter { $0.source == .own && facts.mayChoose($0.endpoint.port) }.map { target in
                Event(
                    .drift, at: wall, severity: .warning,
                    "The daemon's own port \(target.endpoint.port) lies inside the ephemeral range"
                        + " \(facts.ephemeralRange) now: it is exposed to what it watches for.")
            })
    }
}
