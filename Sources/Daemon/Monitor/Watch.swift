// All that the probe thread knows and does, without the thread: a pass over the targets that are due, what it finds
// beside them, and what of it is news.

import Configuration
import Linux
import Probing
import Reporting
import SelfConnect

/// The targets under watch.
struct Watch: ~Copyable {
    private var settings: Configuration
    private var survey: Survey
    private var watchlist: Watchlist
    private var schedule: Schedule<Target.ID>
    private var loops: LoopRunner
    private var maps: MapRunner
    private var statistics = ProbeStatistics()
    private var census = SocketCensus()
    private var events = EventLog()
    /// Of the pass that is under way.
    private var pendingEvents: [Event] = []
    private var newEvents: (events: [Event], omitted: Int) = ([], 0)
    private var drift: Drift?
    /// Of other network namespaces, by their names.
    private var drifts: [String: Drift] = [:]
    private var elsewhere: NamespaceSurveys?
    private var nextPass: Duration
    /// The pass that is under way.
    private var current: Pass?
    private var budget: ProcessorBudget
    /// Whether the next pass runs to its end in one step, under no ceiling: somebody waits for it.
    private var isAwaited = true
    /// When each target that does not come and go by itself was looked at last, or came to be watched.
    private var lookedAt: [Target.ID: Duration] = [:]
    private var publishedAt = Duration.zero
    /// When the last whole pass ended.
    private var lastPass: Timestamp?
    /// Whether the next pass looks at all targets, due or not.
    private var forcesFullPass = true
    /// Other network namespaces of which the next pass looks at all targets, because their facts have changed.
    private var stale: Set<String> = []

    /// A pass between two steps: what it goes by, and what is still to be looked at.
    private struct Pass {
        let scene: NamespaceState
        /// In the daemon's own namespace, configured ones first.
        var targets: ArraySlice<Target>
        /// In others.
        var elsewhere: [Target]
    }

    /// How long one step of a pass takes at most, so that there is a turn for others between two.
    private static let slice = Duration.milliseconds(100)
    /// From one publication of a pass that is under way to the next.
    private static let publishing = Duration.seconds(2)
    /// The processor time that passes save up.
    private static let burst = Duration.seconds(1)

    /// A watch over `targets`, those of the configuration and the daemon's own; the first pass is due at once.
    init(_ settings: Configuration, targets: [Target], at now: Duration) throws(SystemCallError) {
        self.settings = settings
        let probe = settings.probe
        survey = try Survey(timeout: probe.timeout)
        survey.redirectedInterval = probe.redirectedInterval
        watchlist = Watchlist(targets, keep: settings.discover.keep, limit: settings.discover.limit)
        schedule = Schedule(targets.map(\.id), every: probe.interval, from: now + probe.interval / 4)
        loops = LoopRunner(Self.looped(targets), probe.loop, timeout: probe.timeout, from: now)
        maps = MapRunner(every: settings.map.interval, from: now)
        maps.redirectedInterval = probe.redirectedInterval
        budget = ProcessorBudget(share: probe.processorShare, burst: Self.burst, at: now)
        nextPass = now
        noteArrivals(targets, at: now)
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
            listeners: settings.discover.listeners ? census.listeners : nil, at: now)
        schedule.change(to: settings.probe.interval, at: now)
        release(gone)
        for target in changed { schedule.insert(target.id, due: now) }
        noteArrivals(changed, at: now)
        loops.apply(Self.looped(watchlist.targets), settings.probe.loop, timeout: settings.probe.timeout, at: now)
        maps.apply(settings.map.interval, at: now)
        maps.redirectedInterval = settings.probe.redirectedInterval
        let namespaces = Set(targets.compactMap(\.namespace))
        drifts = drifts.filter { namespaces.contains($0.key) }
        budget.share = settings.probe.processorShare
        isAwaited = true
        current = nil
        nextPass = now
    }

    /// A loop runs for a while, and the thread is a guest in other namespaces: only directed probes go there.
    private static func looped(_ targets: [Target]) -> [Target.ID] {
        targets.filter { $0.namespace == nil }.map(\.id)
    }

    /// Of how many listeners and self-connections the owners are looked up.
    private static let named = 10_000

    /// When there is something to do next.
    var next: Duration { min(nextTurn, loops.next ?? nextTurn, maps.next ?? nextTurn) }

    /// When a pass goes on, or the next one begins.
    private var nextTurn: Duration {
        if isAwaited { return current == nil ? nextPass : .zero }
        return max(current == nil ? nextPass : .zero, budget.opensAt)
    }

    /// When the verdict was found that is the oldest of those that are not discovered; nil without such targets.
    var oldestVerdict: Duration? { lookedAt.values.min() }

    /// What kept the last pass from seeing all, where it did see something.
    private(set) var fault: String?

    /// Targets that are due within a quarter of the interval are surveyed together: one look at all sockets of the
    /// host serves them all, and nothing on the host stays unseen for longer.
    private var coalescingWindow: Duration { settings.probe.interval / 4 }

    /// Does what is due: a piece of a pass, or a slice of a loop probe and one of the map.
    ///
    /// - Parameter proceed: called between two targets; a pass ends early when it says false.
    mutating func step(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Step {
        guard now >= nextTurn else {
            let hasLooped = try stepLoops(at: now)
            return try stepMap(at: now) || hasLooped ? .finding : .nothing
        }
        let start = Clock.threadProcessorTime
        // What was found out before a pass failed has happened all the same, and has cost its time.
        defer {
            budget.spend(Clock.threadProcessorTime - start, at: now)
            keepEvents()
        }
        // Targets of a pass that has not come to its end stay due: those of the configuration come first in each.
        let isWhole: Bool
        do throws(SystemCallError) {
            if now >= nextPass {
                nextPass = now + coalescingWindow
                current = nil
                current = try begin(at: now)
            }
            isWhole = try advance(at: now, proceed: proceed)
        } catch {
            current = nil
            throw error
        }
        guard isWhole else {
            guard now - publishedAt >= Self.publishing else { return .nothing }
            publishedAt = now
            return .finding
        }
        (current, isAwaited, forcesFullPass) = (nil, false, false)
        publishedAt = now
        lastPass = Clock.wall
        return .pass
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

    /// What is known, once every target has been surveyed.
    func snapshot(at now: Timestamp) -> Snapshot? {
        guard let drift, let lastPass, watchlist.isComplete else { return nil }
        return Snapshot(
            kernel: drift.current, targets: watchlist.all, statistics: statistics, at: lastPass, census: census,
            drift: drift, events: events, unwatched: watchlist.unwatched, map: maps.state, published: now)
    }

    /// The events that are worth telling since the last call, and how many more there were.
    mutating func takeNewEvents() -> (events: [Event], omitted: Int) {
        defer { newEvents = ([], 0) }
        return newEvents
    }

    /// How many endpoints are not watched because there are too many.
    var unwatched: Unwatched { watchlist.unwatched }

    // MARK: Passes

    private mutating func begin(at now: Duration) throws(SystemCallError) -> Pass {
        let scene = try survey.scene()
        fault = scene.sockets.gaps.first
        let wall = Clock.wall
        pendingEvents += drifted(to: scene.kernel, at: now, wall)
        pendingEvents += takeCensus(of: scene, at: wall)
        pendingEvents += try follow(at: now, wall)
        let due = targetsDue(schedule.due(at: now, coalescingWindow: coalescingWindow))
        let own = due.filter { $0.namespace == nil }
        let targets = own.filter { $0.source != .discovered } + own.filter { $0.source == .discovered }
        return Pass(scene: scene, targets: targets[...], elsewhere: due.filter { $0.namespace != nil })
    }

    /// Looks at more of the targets; whether that were all.
    private mutating func advance(at now: Duration, proceed: () -> Bool) throws(SystemCallError) -> Bool {
        let end = Clock.monotonic + Self.slice
        // Each until it has been looked at: what ends a pass early leaves nobody out of the next.
        while let pass = current, let target = pass.targets.first {
            // Other namespaces hold configured targets only: those that are discovered come behind them.
            if target.source == .discovered, !pass.elsewhere.isEmpty {
                guard try lookElsewhere(at: now, proceed: proceed) else { return false }
                continue
            }
            guard proceed() else { return false }
            let known = watchlist[target.id]
            let finding = try survey.look(
                at: target, in: pass.scene, loop: known?.loop, known: known?.finding.evidence)
            pendingEvents += take(finding, at: now)
            current?.targets.removeFirst()
            guard isAwaited || Clock.monotonic < end else { return false }
        }
        return try lookElsewhere(at: now, proceed: proceed)
    }

    /// Those whose turn it is, and those whose kernel's facts have changed.
    private func targetsDue(_ taken: [Target.ID]) -> [Target] {
        guard !forcesFullPass else { return watchlist.targets }
        let due = Set(taken)
        guard !stale.isEmpty else { return taken.compactMap { watchlist.target($0) } }
        return watchlist.targets.filter { due.contains($0.id) || $0.namespace.map(stale.contains) ?? false }
    }

    private mutating func keepEvents() {
        let (kept, omitted) = events.append(pendingEvents)
        newEvents = (newEvents.events + kept, newEvents.omitted + omitted)
        pendingEvents = []
    }

    private mutating func take(_ finding: Finding, at now: Duration) -> [Event] {
        schedule.finish(finding.target.id, at: now, coalescingWindow: coalescingWindow)
        if finding.target.source != .discovered { lookedAt[finding.target.id] = now }
        for observation in finding.evidence.directed.values { statistics.count(observation, of: .directed) }
        guard let change = watchlist.take(finding) else { return [] }
        statistics.count(change)
        if change.verdict == .susceptible { loops.expedite(finding.target.id, at: now) }
        return [Event(change, of: finding.target)]
    }

    /// Looks at targets in other network namespaces, each of which has facts and drift of its own.
    ///
    /// - Returns: whether to go on.
    private mutating func lookElsewhere(
        at now: Duration, proceed: () -> Bool
    ) throws(SystemCallError) -> Bool {
        guard let targets = current?.elsewhere, !targets.isEmpty else { return true }
        let wall = Clock.wall
        if elsewhere == nil { elsewhere = try NamespaceSurveys(timeout: settings.probe.timeout) }
        elsewhere?.redirectedInterval = settings.probe.redirectedInterval
        let watchlist = watchlist
        guard
            let passes = try elsewhere?.pass(
                over: targets, known: { watchlist[$0.id]?.finding.evidence }, proceed: proceed)
        else { return false }
        current?.elsewhere = []
        stale = []
        for pass in passes {
            if let namespace = pass.namespace, let facts = pass.kernel {
                let drift = drifted(to: facts, in: namespace, at: wall)
                if !drift.isEmpty { stale.insert(namespace) }
                pendingEvents += drift
            }
            for finding in pass.findings { pendingEvents += take(finding, at: now) }
        }
        // Soon, and not at once: who changes a namespace without end must not keep this thread busy.
        if !stale.isEmpty { nextPass = min(nextPass, now + .seconds(1)) }
        return true
    }

    private mutating func drifted(to facts: KernelFacts, in namespace: String, at wall: Timestamp) -> [Event] {
        guard drifts[namespace] != nil else {
            drifts[namespace] = Drift(facts)
            return []
        }
        guard let text = drifts[namespace]?.take(facts, at: wall) else { return [] }
        statistics.countDrift()
        return [
            Event(
                .drift, at: wall, severity: .notice,
                "The choice of ports in namespace \(namespace) has changed: \(text).", namespace: namespace)
        ]
    }

    /// Every verdict rests on the kernel's facts, and so does the map: when they change, all are renewed at once.
    private mutating func drifted(to facts: KernelFacts, at now: Duration, _ wall: Timestamp) -> [Event] {
        guard drift != nil else {
            drift = Drift(facts)
            return []
        }
        guard let text = drift?.take(facts, at: wall) else { return [] }
        statistics.countDrift()
        forcesFullPass = true
        maps.expedite(at: now)
        return [Event(.drift, at: wall, severity: .notice, "The kernel's choice of ports has changed: \(text).")]
            + ownPorts(facts, at: wall)
    }

    private func ownPorts(_ facts: KernelFacts, at wall: Timestamp) -> [Event] {
        watchlist.targets.filter { $0.source == .own && facts.mayChoose($0.endpoint.port) }.map { target in
            Event(
                .drift, at: wall, severity: .warning,
                "The daemon's own port \(target.endpoint.port) lies inside the ephemeral range"
                    + " \(facts.ephemeralRange) now: it is exposed to what it watches for.")
        }
    }

    private mutating func takeCensus(of scene: NamespaceState, at wall: Timestamp) -> [Event] {
        let known = Set(census.selfConnections.map(\.socket.inode))
        census = SocketCensus(scene.sockets, in: scene.kernel.ephemeralRange)
        survey.name(&census.listeners, atMost: Self.named)
        survey.name(&census.selfConnections, atMost: Self.named)
        guard settings.discover.connections else {
            census.selfConnections = []
            return []
        }
        return census.selfConnections.filter { !known.contains($0.socket.inode) }.map { holder in
            let local = holder.socket.local
            return Event(
                .selfConnection, at: wall, severity: .critical,
                "A socket of uid \(holder.socket.uid) is connected to itself on \(local).", endpoint: local.unmapped)
        }
        .map { event in
            var event = event
            event.isOfStranger =
                event.endpoint.map { watchlist.target(Target.ID($0))?.source ?? .discovered } == .discovered
            return event
        }
    }

    private mutating func follow(at now: Duration, _ wall: Timestamp) throws(SystemCallError) -> [Event] {
        if !settings.hostWideTargets.isEmpty {
            let addresses = try HostAddresses.current()
            let (added, forgotten) = watchlist.follow(settings.hostWideTargets, on: addresses)
            enlist(added, at: now)
            release(forgotten)
        }
        guard settings.discover.listeners else { return [] }
        let (added, forgotten) = watchlist.follow(census.listeners, at: now)
        enlist(added, at: now)
        release(forgotten)
        return forgotten.map { target in
            var event = Event(
                .forgotten, at: wall, severity: .ok,
                "\(target.endpoint) is not watched any more: its listener has been gone for"
                    + " \(settings.discover.keep.rounded).", target: target.name, endpoint: target.endpoint)
            event.isOfStranger = true
            return event
        }
    }

    private mutating func noteArrivals(_ targets: [Target], at now: Duration) {
        for target in targets where target.source != .discovered && lookedAt[target.id] == nil {
            lookedAt[target.id] = now
        }
    }

    private mutating func enlist(_ targets: [Target], at now: Duration) {
        noteArrivals(targets, at: now)
        for target in targets {
            schedule.insert(target.id, due: now)
            loops.insert(target.id, at: now)
        }
    }

    private mutating func release(_ targets: [Target]) {
        for target in targets {
            schedule.remove(target.id)
            loops.remove(target.id)
            lookedAt[target.id] = nil
        }
        // What thousands of targets took is worth the time that giving it back takes.
        if targets.count >= Self.many { Heap.trim() }
    }

    private static let many = 500

    // MARK: Loops

    private mutating func stepLoops(at now: Duration) throws(SystemCallError) -> Bool {
        let watchlist = watchlist
        let step = try loops.step(at: now, watched: { watchlist[$0] }) { id, kind throws(SystemCallError) in
            try survey.isSafeToLoop(id.endpoint, for: kind)
        }
        guard case .ended(let ended) = step else { return false }
        for (id, observation) in ended {
            statistics.count(observation, of: .loop)
            self.watchlist.take(loop: observation, of: id)
        }
        return true
    }
    // MARK: The map

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
