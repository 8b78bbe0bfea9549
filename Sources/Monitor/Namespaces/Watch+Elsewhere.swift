// The part of a pass that is in other network namespaces.

import Configuration
import Linux
import Probing
import SelfConnect

extension Watch {
    /// Surveys targets in other network namespaces, each of which has its own facts and drift.
    ///
    /// - Returns: whether all have been surveyed.
    mutating func surveyElsewhere(
        _ pass: inout Pass, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Bool {
        let (end, isAwaited) = (Clock.monotonic + PassPlan.slice, plan.isAwaited)
        while let (namespace, targets) = pass.elsewhere.first, let namespace {
            if targets.allSatisfy({ $0.source == .discovered }), !plan.admitDiscoveredOrWait(at: now) { return false }
            // Each step surveys one target at least, even if it takes longer to read the state of the namespace.
            var isFirst = true
            let count = try surveyTargets(targets, in: namespace, state: pass.states[namespace], at: now) {
                defer { isFirst = false }
                return proceed() && (isFirst || isAwaited || Clock.monotonic < end)
            }
            pass.finishElsewhere(count)
            guard count == targets.count, isAwaited || Clock.monotonic < end else { return false }
        }
        return true
    }

    /// Surveys targets of one other namespace.
    ///
    /// - Parameter state: the state of the namespace, if it was read in this pass.
    /// - Returns: how many were surveyed.
    private mutating func surveyTargets(
        _ targets: [Target], in namespace: String, state: NamespaceState?, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Int {
        let wall = Clock.wall
        let redirectedInterval = settings.probe.redirectedInterval
        let wanted = Set(targets.filter { wantsGuard($0) }.map(\.id))
        let failures = OwnFailedConnects.total
        defer { records.ownFailuresElsewhere += OwnFailedConnects.total - failures }
        let result = try elsewhere.use { surveys throws(SystemCallError) -> NamespacePass in
            surveys.redirectedInterval = redirectedInterval
            return try surveys.pass(
                over: targets, in: namespace, state: state, proceed: proceed,
                survey: { target, state, arrival, survey throws(SystemCallError) in
                    if arrival == .replaced { guards.release(namespace: namespace) }
                    // Evidence from a namespace that was replaced does not apply to this one.
                    let known = arrival == .same ? watchlist[target.id]?.finding.evidence : nil
                    return try guards.surveyAndGuard(
                        target, in: state, with: &survey, isWanted: wanted.contains(target.id), known: known)
                })
        }
        for finding in result.findings {
            if wanted.contains(finding.target.id) { guards.recordHindrance(finding) }
            record(finding, at: now)
        }
        if let facts = result.kernel { noteDrift(to: facts, in: namespace, at: now, wall) }
        return result.findings.count
    }

    /// Visits the other namespaces, once in a pass, and adds what was found there to its targets.
    ///
    /// - Returns: whether all have been visited.
    mutating func discoverElsewhere(
        _ pass: inout Pass, at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Bool {
        guard !pass.areNamespacesVisited else { return true }
        guard try visitNamespaces(&pass, at: now, proceed: proceed) else { return false }
        pass.areNamespacesVisited = true
        guard settings.discover.namespaces else { return true }
        followListeners(at: now, Clock.wall)
        let due = plan.due(at: now, of: watchlist).filter { $0.namespace != nil }
        pass.elsewhere =
            (Target.byNamespace(due.filter { $0.source != .discovered })
            + Target.byNamespace(due.filter { $0.source == .discovered }))[...]
        return true
    }
}
