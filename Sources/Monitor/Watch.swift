// All that the probe thread knows and does, without the thread: passes over the targets, loop probes and the map. When a
// pass runs and what it looks at, PassPlan decides.

import Configuration
import Linux
import Probing
import SelfConnect

/// The targets under watch.
struct Watch: ~Copyable {
    var settings: Configuration
    var survey: Survey
    /// Surveys of other network namespaces; nil until one is needed.
    var elsewhere: NamespaceSurveys?
    var watchlist: Watchlist
    var plan: PassPlan
    /// The pass that is under way.
    var pass: Pass?
    var loops: LoopRunner
    var maps: MapRunner
    var findings = Findings()
    var journal = EventJournal()
    var drifts = DriftRecord()
    /// The network namespaces of the host; nil unless all of them are watched.
    var namespaces: NamespaceWatch?
    /// Finds them.
    var makeHost: @Sendable () -> HostNamespaces = { HostNamespaces() }

    /// A pass between two steps: what it goes by, and what is still to be looked at.
    struct Pass {
        let state: NamespaceState
        /// In the daemon's own namespace, configured ones first.
        var targets: ArraySlice<Target>
        /// In each of the others: first those that are configured, then, once all have been visited, discovered ones.
        var elsewhere: ArraySlice<(namespace: String?, targets: [Target])>
        var areNamespacesVisited = false
    }

    /// What passes have found besides the verdicts.
    struct Findings {
        var statistics = ProbeStatistics()
        var census = SocketCensus()
        /// The daemon's own network namespace.
        var home: NamespaceReport?
        /// When the last whole pass ended.
        var lastPass: Timestamp?
        /// What kept the last pass from seeing all, where it did see something.
        var fault: String?
    }

    /// What a step came to; all but nothing is to be published.
    enum Step {
        /// No more than a slice, or a pass that was ended early.
        case nothing
        /// A loop or a sweep has ended, or a pass goes on for long.
        case finding
        /// A whole pass.
        case pass
    }

    /// A watch over `targets`, those of the configuration and the daemon's own; the first pass is due at once.
    init(_ settings: Configuration, targets: [Target], at now: Duration) throws(SystemCallError) {
        self.settings = settings
        let probe = settings.probe
        survey = try Survey(timeout: probe.timeout)
        survey.redirectedInterval = probe.redirectedInterval
        watchlist = Watchlist(targets, keep: settings.discover.keep, limit: settings.discover.limit)
        plan = PassPlan(probe, targets, at: now)
        loops = LoopRunner(Self.looped(targets), probe.loop, timeout: probe.timeout, from: now)
        maps = MapRunner(every: settings.map.interval, from: now)
        maps.redirectedInterval = probe.redirectedInterval
    }

    /// Watches by other settings from now on. What is known of targets that stay is kept, with their places in the
    /// schedules; those that are new, or not what they were, are surveyed in the next pass, which is due at once.
    ///
    /// Throws before anything has changed.
    mutating func apply(_ settings: Configuration, targets: [Target], at now: Duration) throws(SystemCallError) {
        let addresses = settings.hostWideTargets.isEmpty ? [] : try HostAddresses.current()
        if settings.probe.timeout != survey.timeout { elsewhere = nil }
        survey.timeout = settings.probe.timeout
        survey.redirectedInterval = settings.probe.redirectedInterval
        self.settings = settings
        let (changed, gone) = watchlist.apply(
            targets, keep: settings.discover.keep, limit: settings.discover.limit,
            hostWide: settings.hostWideTargets, on: addresses,
            listeners: settings.discover.listeners ? listeners : nil, at: now)
        plan.apply(settings.probe, at: now)
        pass = nil
        release(gone)
        plan.insert(changed, at: now)
        loops.apply(Self.looped(watchlist.targets), settings.probe.loop, timeout: settings.probe.timeout, at: now)
        maps.apply(settings.map.interval, at: now)
        maps.redirectedInterval = settings.probe.redirectedInterval
        drifts.keep(Set(targets.compactMap(\.namespace) + (namespaces?.all.compactMap(\.name) ?? [])))
    }

    /// A loop runs for a while, and the thread is a guest in other namespaces: only directed probes go there.
    private static func looped(_ targets: [Target]) -> [Target.ID] {
        targets.filter { $0.namespace == nil }.map(\.id)
    }

    /// When there is something to do next.
    var next: Duration { min(plan.next, loops.next ?? plan.next, maps.next ?? plan.next) }

    /// Does what is due: a piece of a pass, or a slice of a loop probe and one of the map.
    ///
    /// - Parameter proceed: called between two targets; a pass ends early when it says false.
    mutating func step(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Step {
        guard now >= plan.next else {
            let hasLooped = try stepLoops(at: now)
            return try stepMap(at: now) || hasLooped ? .finding : .nothing
        }
        let start = Clock.threadProcessorTime
        // A pass that fails has taken its time, and the events before the failure are kept.
        defer {
            plan.spend(Clock.threadProcessorTime - start, at: now)
            journal.endStep()
        }
        guard try passOn(at: now, proceed: proceed) else { return plan.publishes(at: now) ? .finding : .nothing }
        pass = nil
        plan.hasEnded(at: now)
        findings.lastPass = Clock.wall
        return .pass
    }

    /// What is known, once every target that is not discovered has been surveyed.
    func snapshot(at now: Timestamp) -> Snapshot? {
        guard let drift = drifts.own, let lastPass = findings.lastPass, watchlist.isComplete else { return nil }
        var census = findings.census
        for report in namespaces?.all ?? [] { census.add(report.census) }
        return Snapshot(
            kernel: drift.current, targets: watchlist.all, statistics: findings.statistics, at: lastPass,
            census: census, drift: drift, events: journal.log, unwatched: watchlist.unwatched,
            map: maps.state, namespaces: [findings.home].compactMap(\.self) + (namespaces?.all ?? []), published: now)
    }

    // MARK: Loops and the map

    private mutating func stepLoops(at now: Duration) throws(SystemCallError) -> Bool {
        let watchlist = watchlist
        let step = try loops.step(at: now, watched: { watchlist[$0] }) { id, kind throws(SystemCallError) in
            try survey.isSafeToLoop(id.endpoint, for: kind)
        }
        guard case .ended(let ended) = step else { return false }
        for (id, observation) in ended {
            findings.statistics.count(observation, of: .loop)
            self.watchlist.take(loop: observation, of: id)
        }
        return true
    }

    private mutating func stepMap(at now: Duration) throws(SystemCallError) -> Bool {
        let watchlist = watchlist
        return try maps.step(at: now) { remembered throws(SystemCallError) in
            let spared = watchlist.redirectedPorts(on: MapRunner.address, correcting: remembered)
            return try survey.sweep(of: MapRunner.address, sparing: spared)
        } advance: { sweep, limit throws(SystemCallError) in
            try survey.advance(&sweep, atMost: limit)
        }
    }
}
