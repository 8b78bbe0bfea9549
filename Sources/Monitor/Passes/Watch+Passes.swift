// A pass: the state of the whole namespace, then one target after another, in steps that leave time for other work.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Starts a pass if it is due, and surveys more of its targets.
    ///
    /// - Returns: whether all have been surveyed.
    mutating func continuePass(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        do throws(SystemCallError) {
            if plan.startPassIfDue(at: now) {
                pass = nil
                pass = try beginPass(at: now)
                plan.passStarted()
            }
            guard var current = pass.take() else { preconditionFailure("the plan continues a pass that never started") }
            let isComplete = try advance(&current, at: now, proceed: proceed)
            pass = current
            return isComplete
        } catch {
            pass = nil
            plan.passFailed(at: max(now, Clock.monotonic))
            throw error
        }
    }

    private mutating func beginPass(at now: Duration) throws(SystemCallError) -> Pass {
        let start = Clock.threadProcessorTime
        events.open(at: now)
        let state = try survey.readState()
        records.fault = state.sockets.gaps.first
        let wall = Clock.wall
        noteDrift(to: state.kernel, at: now, wall)
        takeCensus(of: state, at: wall)
        noteHome(state.kernel, cost: Clock.threadProcessorTime - start, at: wall)
        elsewhere.beginPass()
        beginVisits(at: now, wall)
        releaseGuardsOfGoneNamespaces()
        try followHost(at: now, wall)
        followEvents(in: state.kernel.ephemeralRange, at: now)
        countFailedConnects(at: now)
        let due = plan.due(at: now, of: watchlist)
        return Pass(
            state: state, targets: due.filter { $0.namespace == nil }[...],
            elsewhere: Target.byNamespace(due.filter { $0.namespace != nil && $0.source != .discovered })[...],
            due: Set(due.compactMap(\.namespace)))
    }

    private mutating func advance(
        _ pass: inout Pass, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Bool {
        let end = Clock.monotonic + PassPlan.slice
        while let target = pass.targets.first {
            // Configured targets in other namespaces come before those that are discovered here.
            if target.source == .discovered, !pass.areNamespacesVisited {
                guard try surveyElsewhere(&pass, at: now, proceed: proceed) else { return false }
                guard try discoverElsewhere(&pass, at: now, proceed: proceed) else { return false }
                continue
            }
            if target.source == .discovered, !plan.admitDiscoveredOrWait(at: now) { return false }
            guard proceed() else { return false }
            record(try surveyAndGuard(target, in: pass.state), at: now)
            pass.targets.removeFirst()
            guard plan.isAwaited || Clock.monotonic < end else { return false }
        }
        guard try surveyElsewhere(&pass, at: now, proceed: proceed) else { return false }
        guard try discoverElsewhere(&pass, at: now, proceed: proceed) else { return false }
        return try surveyElsewhere(&pass, at: now, proceed: proceed)
    }

    mutating func record(_ finding: Finding, at now: Duration) {
        plan.finish(finding.target, at: now)
        let known = watchlist[finding.target.id]?.finding.evidence.probes.directed ?? [:]
        // A port that is still redirected keeps the observations of its last probe.
        for (kind, observation) in finding.evidence.probes.directed where known[kind]?.at != observation.at {
            records.statistics.count(observation, of: .directed)
        }
        defer { noteGuard(of: finding.target) }
        guard let change = watchlist.record(finding) else { return }
        records.statistics.count(change)
        if change.verdict == .susceptible { background.loops.expedite(finding.target.id, at: now) }
        records.journal.note([Event(change, of: finding.target)])
    }

    private mutating func noteHome(_ kernel: KernelFacts, cost: Duration, at wall: Timestamp) {
        guard let inode = try? NetworkNamespace.currentIdentity().inode else { return }
        var home = NamespaceReport(NamespaceLabel("", .own), inode: inode)
        (home.kernel, home.census, home.cost) = (kernel, records.census, cost)
        (home.visited, home.connectionsSeen) = (wall, wall)
        records.home = home
    }

    // MARK: Drift

    /// All verdicts of a namespace depend on its kernel facts. If these change, the next pass surveys all its targets:
    /// soon, but not at once, so that a process that changes them continuously does not keep the probe thread busy.
    /// In a namespace without configured targets, which can belong to any container, the next pass is not moved up.
    mutating func noteDrift(
        to facts: KernelFacts, in namespace: String, at now: Duration, _ wall: Timestamp
    ) {
        guard let text = records.drifts.record(facts, in: namespace, at: wall) else { return }
        records.statistics.countDrift()
        let targets = watchlist.targets.filter { $0.namespace == namespace }
        let isConfigured = targets.contains { $0.source != .discovered }
        plan.request(targets)
        if isConfigured { plan.expedite(to: now + .seconds(1)) }
        var event = Event(
            .drift, at: wall, severity: .notice,
            "The choice of ports in namespace \(namespace) has changed: \(text).", namespace: namespace)
        event.isByLocalUser = !isConfigured
        records.journal.note([event])
    }

    /// In the daemon's own namespace the map depends on the facts, too; the pass that detects the change surveys all
    /// targets.
    private mutating func noteDrift(to facts: KernelFacts, at now: Duration, _ wall: Timestamp) {
        guard let text = records.drifts.record(facts, in: nil, at: wall) else { return }
        records.statistics.countDrift()
        plan.request(watchlist.targets)
        background.maps.expedite(at: now)
        records.journal.note([
            Event(.drift, at: wall, severity: .notice, "The kernel's choice of ports has changed: \(text).")
        ])
        records.journal.note(
            watchlist.targets.filter { $0.source == .own && facts.mayChoose($0.endpoint.port) }.map { target in
                Event(
                    .drift, at: wall, severity: .warning,
                    "The daemon's own port \(target.endpoint.port) lies inside the ephemeral range"
                        + " \(facts.ephemeralRange) now: it is exposed to what it watches for.")
            })
    }
}
