// The targets and their results. Configured targets stay; discovered targets are added with a listener in the ephemeral
// range and removed when it has closed, or, if it was that of a server (Sightings), a while after that, so that the change
// to susceptible is still recorded.

/// The targets with their results.
package struct Watchlist: Sendable {
    /// The targets in their order: configured, own, discovered.
    package private(set) var targets: [Target] = []
    /// The number of endpoints that are not watched because there are too many.
    package private(set) var unwatched = Unwatched()

    private var hostWideEntries: [AllAddressesTarget] = []
    private var hostWideAddresses: [IPAddress] = []

    private var watched: [Target.ID: WatchedTarget] = [:]
    private var byID: [Target.ID: Target] = [:]
    /// When the listeners of discovered targets were seen, relative to a start that the caller defines.
    private var sightings: Sightings
    /// Targets of entries with all addresses.
    private var hostWide: Set<Target.ID> = []
    private let rules: DiscoveryRules
    private let hostWideLimit: Int

    /// Maximum number of targets of each dynamic kind: listeners, and endpoints of all addresses.
    package static let maximumDiscoveries = 10_000

    /// A list of these targets; others are discovered according to `rules`.
    package init(
        _ targets: [Target], discovering rules: DiscoveryRules, hostWideLimit: Int = Self.maximumDiscoveries
    ) {
        self.rules = rules
        sightings = Sightings(rules)
        self.hostWideLimit = hostWideLimit
        for target in targets { add(target) }
    }

    /// The results of a target.
    package subscript(id: Target.ID) -> WatchedTarget? { watched[id] }

    /// The target of this identity, if there is one.
    package func target(_ id: Target.ID) -> Target? { byID[id] }

    /// The results of all surveyed targets, in their order.
    package var all: [WatchedTarget] { targets.compactMap { watched[$0.id] } }

    /// Whether every target has been surveyed, not counting discovered ones.
    package var isComplete: Bool { targets.allSatisfy { $0.source == .discovered || watched[$0.id] != nil } }

    /// Records a survey; returns the change, if the verdict has changed.
    package mutating func record(_ finding: Finding) -> History.Change? {
        let id = finding.target.id
        guard byID[id] != nil else { return nil }
        guard watched[id] == nil else { return watched[id]?.record(finding) }
        let first = WatchedTarget(finding)
        watched[id] = first
        return first.current
    }

    /// Records a loop probe.
    package mutating func record(loop: Observation, of id: Target.ID) {
        watched[id]?.record(loop: loop)
    }

    /// Takes note of what became of a target's guard.
    package mutating func record(guard state: GuardState?, of id: Target.ID) {
        watched[id]?.guardState = state
    }

    /// Adds a target unless its endpoint is already watched.
    @discardableResult
    package mutating func add(_ target: Target) -> Bool {
        guard byID[target.id] == nil else { return false }
        byID[target.id] = target
        targets.append(target)
        return true
    }

    /// Watches the entries for all addresses on exactly these addresses.
    package mutating func follow(
        _ entries: [AllAddressesTarget], on addresses: [IPAddress]
    ) -> (added: [Target], forgotten: [Target]) {
        guard entries != hostWideEntries || addresses != hostWideAddresses else { return ([], []) }
        (hostWideEntries, hostWideAddresses) = (entries, addresses)
        let wanted = entries.lazy.flatMap { $0.targets(on: addresses) }.prefix(hostWideLimit)
        let gone = hostWide.subtracting(wanted.map(\.id))
        let forgotten = remove(gone)
        hostWide.subtract(gone)
        var added: [Target] = []
        for target in wanted where add(target) {
            hostWide.insert(target.id)
            added.append(target)
        }
        let all = entries.reduce(0) { $0 + $1.ports.count * addresses.count }
        unwatched.ofAllAddresses = max(0, all - hostWideLimit)
        return (added, forgotten)
    }

    /// Updates the discovered targets: adds new listeners, removes those that have been gone for too long.
    package mutating func follow(
        _ listeners: [Holder], at now: Duration
    ) -> (added: [Target], forgotten: [Target]) {
        var added: [Target] = []
        unwatched.ofListeners = 0
        let endpoints = rules.endpoints(of: listeners)
        var forgotten = makeRoom(for: endpoints, at: now)
        for (id, listener) in endpoints where byID[id] == nil {
            guard sightings.count < rules.limit else {
                unwatched.ofListeners += 1
                continue
            }
            let target = Target(discovered: id.endpoint, of: listener)
            sightings.see(id, of: listener, at: now)
            add(target)
            added.append(target)
        }
        forgotten += forget(sightings.outlived(at: now), at: now)
        return (added, forgotten)
    }

    /// Updates the times of present listeners, and removes as many of those that have been gone longest as needed for
    /// new ones: many short-lived listeners must not keep others out.
    private mutating func makeRoom(for endpoints: [(id: Target.ID, listener: Holder)], at now: Duration) -> [Target] {
        var new = 0
        for (id, listener) in endpoints {
            if sightings[id] != nil {
                sightings.see(id, of: listener, at: now)
            } else if byID[id] == nil {
                new += 1
            }
        }
        let excess = sightings.count + new - rules.limit
        return excess > 0 ? forget(sightings.longestGone(excess, at: now), at: now) : []
    }

    /// Applies another configuration. Results of all targets that remain are kept, also if their source changes: a
    /// discovered target that is configured now keeps its history, and so does a configured one that is no longer
    /// configured but whose listener is discovered.
    ///
    /// - Parameters:
    ///   - entries: the entries for all addresses, which are `addresses` now.
    ///   - listeners: those in the ephemeral range; nil: discovery is disabled.
    /// - Returns: new and changed targets, and removed ones.
    package mutating func apply(
        _ targets: [Target], discovering rules: DiscoveryRules,
        hostWide entries: [AllAddressesTarget], on addresses: [IPAddress],
        listeners: [Holder]?, at now: Duration
    ) -> (changed: [Target], gone: [Target]) {
        var next = Watchlist(targets, discovering: rules, hostWideLimit: hostWideLimit)
        _ = next.follow(entries, on: addresses)
        if let listeners {
            next.adoptDiscoveries(of: self)
            _ = next.follow(listeners, at: now)
        }
        next.watched = watched.filter { next.byID[$0.key] != nil }
        let old = self
        self = next
        return (next.targets.filter { old.byID[$0.id] != $0 }, old.targets.filter { next.byID[$0.id] == nil })
    }

    /// Forgets the discovered targets in network namespaces that have gone.
    package mutating func forget(in namespaces: Set<String>, at now: Duration) -> [Target] {
        let gone = targets.map(\.id).filter { id in
            id.namespace.map(namespaces.contains) ?? false && sightings[id] != nil
        }
        return forget(Set(gone), at: now)
    }

    /// Takes over what another list has discovered, as far as the rules allow it: those first that were seen last.
    private mutating func adoptDiscoveries(of other: Watchlist) {
        sightings.adoptDepartures(of: other.sightings)
        let discovered = other.targets.compactMap { target in other.sightings[target.id].map { (target, $0) } }
            .filter { byID[$0.0.id] == nil && !rules.excluded.contains($0.0.endpoint.port) }
        for (target, sighting) in discovered.sorted(by: { $0.1.last > $1.1.last }).prefix(rules.limit) {
            sightings.adopt(sighting, of: target.id)
            add(target)
        }
    }

    private mutating func forget(_ gone: Set<Target.ID>, at now: Duration) -> [Target] {
        sightings.remove(gone, at: now)
        return remove(gone)
    }

    private mutating func remove(_ gone: Set<Target.ID>) -> [Target] {
        guard !gone.isEmpty else { return [] }
        let removed = gone.compactMap { byID[$0] }
        for id in gone {
            byID[id] = nil
            watched[id] = nil
        }
        targets.removeAll { byID[$0.id] == nil }
        return removed.sorted { $0.endpoint < $1.endpoint }
    }
}
