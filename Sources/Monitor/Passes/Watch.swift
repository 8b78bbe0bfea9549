// The state and work of the probe thread, without the thread: passes over the targets, loop probes and the map.
// PassPlan decides when a pass runs and which targets it surveys.

import Configuration
import Linux
import Probing
import SelfConnect

/// The targets under watch.
struct Watch: ~Copyable {
    var settings: Configuration
    var survey: Survey
    /// Surveys of other network namespaces.
    var elsewhere: LazyNamespaceSurveys
    var watchlist: Watchlist
    var plan: PassPlan
    /// The pass in progress, between two steps.
    var pass: Pass?
    var background: BackgroundWork
    var records = PassRecords()
    /// The network namespaces of the host.
    var namespaces = NamespaceWatch()
    var guards: GuardKeeper
    var events: EventReader

    /// The result of a step; all results but `nothing` are published.
    enum Step {
        /// A slice only, or a pass that was ended early.
        case nothing
        /// A loop or a sweep has ended, or a long pass has intermediate results.
        case intermediate
        /// A complete pass.
        case pass
    }

    /// A watch over `targets`, those of the configuration and the daemon's own; the first pass is due at once.
    init(
        _ settings: Configuration, targets: [Target], guards: GuardKeeper = GuardKeeper(), at now: Duration
    ) throws(SystemCallError) {
        self.settings = settings
        self.guards = guards
        let probe = settings.probe
        survey = try Survey(timeout: probe.timeout)
        elsewhere = LazyNamespaceSurveys(timeout: probe.timeout)
        survey.redirectedInterval = probe.redirectedInterval
        watchlist = Watchlist(targets, discovering: settings.discover.rules)
        plan = PassPlan(probe, targets, at: now)
        background = BackgroundWork(settings, looped: Self.looped(targets), from: now)
        events = EventReader(isOn: settings.followsEvents, at: now)
    }

    /// Applies another configuration. Results of targets that remain are kept, with their places in the schedules; new
    /// and changed targets are surveyed in the next pass, which is due at once.
    ///
    /// If it throws, nothing has changed.
    mutating func apply(_ settings: Configuration, targets: [Target], at now: Duration) throws(SystemCallError) {
        let addresses = settings.hostWideTargets.isEmpty ? [] : try HostAddresses.current()
        if settings.probe.timeout != survey.timeout {
            elsewhere = LazyNamespaceSurveys(timeout: settings.probe.timeout)
        }
        survey.timeout = settings.probe.timeout
        survey.redirectedInterval = settings.probe.redirectedInterval
        self.settings = settings
        let (changed, gone) = watchlist.apply(
            targets, discovering: settings.discover.rules, hostWide: settings.hostWideTargets, on: addresses,
            listeners: settings.discover.listeners ? listeners : nil, at: now)
        plan.apply(settings.probe, at: now)
        pass = nil
        release(gone)
        releaseUnwantedGuards()
        plan.insert(changed, at: now)
        background.apply(settings, looped: Self.looped(watchlist.targets), at: now)
        records.drifts.keep(Set(targets.compactMap(\.namespace) + namespaces.all.compactMap(\.name)))
        events.apply(isOn: settings.followsEvents, at: now)
    }

    /// A loop takes a while, and the thread should not stay in other namespaces: these only get directed probes.
    private static func looped(_ targets: [Target]) -> [Target.ID] {
        targets.filter { $0.namespace == nil }.map(\.id)
    }

    /// The time of the next step, without new events.
    var next: Duration {
        [background.next(settings), events.publication.due, events.confirmationDue].compactMap(\.self).reduce(
            plan.next, min)
    }

    /// Runs what is due: reads events, and then runs a part of a pass, or a slice of a loop probe and one of the map.
    ///
    /// - Parameter proceed: called between two targets; a pass ends early if it returns false.
    mutating func step(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Step {
        takeEvents(at: now)
        guard now >= plan.next else {
            let hasLooped = try stepLoops(at: now)
            let hasMap = try stepMap(at: now)
            return publishEventsIfDue(at: now) || hasLooped || hasMap ? .intermediate : .nothing
        }
        let start = Clock.threadProcessorTime
        // Also if a pass fails: its time counts, and the events before the failure are kept.
        defer {
            plan.spend(Clock.threadProcessorTime - start, at: now)
            records.journal.endStep(at: now)
        }
        guard try continuePass(at: now, proceed: proceed) else {
            return plan.markPublishedIfDue(at: now) ? .intermediate : .nothing
        }
        pass = nil
        plan.passEnded(at: now)
        events.publication.finish(at: now)
        records.lastPass = Clock.wall
        records.statistics.countPass()
        guards.endPass()
        return .pass
    }

    /// The results, once every target that is not discovered has been surveyed.
    func snapshot(at now: Timestamp) -> Snapshot? {
        guard let drift = records.drifts.own, let lastPass = records.lastPass, watchlist.isComplete else {
            return nil
        }
        let others = namespaces.all
        var host = HostReport(
            census: records.census, namespaces: [records.home].compactMap(\.self) + others, unwatched: unwatched)
        for report in others {
            host.census.add(report.census, listeners: Self.censusLimit, connections: Self.censusLimit)
        }
        return Snapshot(
            targets: watchlist.all, drift: drift, counters: records.counters,
            times: SnapshotTimes(lastPass: lastPass, published: now, probeInterval: settings.probe.interval),
            host: host, eventStream: events.status, events: records.journal.log, map: background.maps.state)
    }
}
