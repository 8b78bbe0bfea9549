// The targets and their results. Configured targets stay; discovered targets are added with a listener in the ephemeral
// range and removed a while after it has closed, so that the change to susceptible is still recorded.

/// The number of endpoints that are not watched because there are too many of their kind.
public struct Unwatched: Hashable, Sendable {
    /// Of entries with `addresses: all`.
    public var ofAllAddresses = 0
    /// Of listeners in the ephemeral range.
    public var ofListeners = 0

    /// None.
    public init() {}

    /// The total.
    public var count: Int { ofAllAddresses + ofListeners }
}

/// The targets with their results.
public struct Watchlist: Sendable {
    /// The targets in their order: configured, own, discovered.
    public private(set) var targets: [Target] = []
    /// The number of endpoints that are not watched because there are too many.
    public private(set) var unwatched = Unwatched()

    private var hostWideEntries: [AllAddressesTarget] = []
    private var hostWideAddresses: [IPAddress] = []

    private var watched: [Target.ID: WatchedTarget] = [:]
    private var byID: [Target.ID: Target] = [:]
    /// When the listener of each discovered target was last seen, relative to a start that the caller defines.
    private var lastSeen: [Target.ID: Duration] = [:]
    /// Targets of entries with all addresses.
    private var hostWide: Set<Target.ID> = []
    private var keep: Duration
    private let limit: Int
    private let hostWideLimit: Int

    /// Maximum number of targets of each dynamic kind: listeners, and endpoints of all addresses.
    public static let maximumDiscoveries = 10_000

    /// A list of these targets; discovered targets are kept for `keep` after their listener has closed, at most
    /// `limit`.
    public init(
        _ targets: [Target], keep: Duration, limit: Int = Self.maximumDiscoveries,
        hostWideLimit: Int = Self.maximumDiscoveries
    ) {
        self.keep = keep
        self.limit = limit
        self.hostWideLimit = hostWideLimit
        for target in targets { add(target) }
    }

    /// The results of a target.
    public subscript(id: Target.ID) -> WatchedTarget? { watched[id] }

    /// The target of this identity, if there is one.
    public func target(_ id: Target.ID) -> Target? { byID[id] }

    /// The results of all surveyed targets, in their order.
    public var all: [WatchedTarget] { targets.compactMap { watched[$0.id] } }

    /// The redirected ports of an address of the own namespace: those of targets, and those of `remembered` for which
    /// there is no target.
    public func redirectedPorts(on address: IPAddress, correcting remembered: PortSet) -> PortSet {
        var ports = Set(remembered.ports)
        for (id, target) in watched where id.namespace == nil && id.endpoint.address.unmapped == address {
            if target.finding.evidence.isRedirected {
                ports.insert(id.endpoint.port)
            } else {
                ports.remove(id.endpoint.port)
            }
        }
        return PortSet(ports: ports)
    }

    /// Whether every target has been surveyed, not counting discovered ones.
    public var isComplete: Bool { targets.allSatisfy { $0.source == .discovered || watched[$0.id] != nil } }

    /// Records a survey; returns the change, if the verdict has changed.
    public mutating func take(_ finding: Finding) -> History.Change? {
        let id = finding.target.id
        guard byID[id] != nil else { return nil }
        guard watched[id] == nil else { return watched[id]?.take(finding) }
        let first = WatchedTarget(finding)
        watched[id] = first
        return first.current
    }

    /// Records a loop probe.
    public mutating func take(loop: Observation, of id: Target.ID) {
        watched[id]?.take(loop: loop)
    }

    /// Takes note of what became of a target's guard.
    public mutating func take(guard state: GuardState?, of id: Target.ID) {
        watched[id]?.guardState = state
    }

    /// Adds a target unless its endpoint is already watched.
    @discardableResult
    public mutating func add(_ target: Target) -> Bool {
        guard byID[target.id] == nil else { return false }
        byID[target.id] = target
        targets.append(target)
        return true
    }

    /// Watches the entries for all addresses on exactly these addresses.
    public mutating func follow(
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
    public mutating func follow(
        _ listeners: [Holder], at now: Duration
    ) -> (added: [Target], forgotten: [Target]) {
        var added: [Target] = []
        unwatched.ofListeners = 0
        var forgotten = makeRoom(for: listeners, at: now)
        for listener in listeners {
            for endpoint in SocketCensus.endpoints(of: listener.socket) {
                let id = Target.ID(endpoint, in: listener.namespace)
                if lastSeen[id] != nil {
                    lastSeen[id] = now
                } else if byID[id] == nil {
                    guard lastSeen.count < limit else {
                        unwatched.ofListeners += 1
                        continue
                    }
                    let target = Target(discovered: endpoint, of: listener)
                    lastSeen[id] = now
                    add(target)
                    added.append(target)
                }
            }
        }
        forgotten += forget(at: now)
        return (added, forgotten)
    }

    /// Updates the times of present listeners, and removes as many of those that have been gone longest as needed for
    /// new ones: many short-lived listeners must not keep others out.
    private mutating func makeRoom(for listeners: [Holder], at now: Duration) -> [Target] {
        var new = 0
        for listener in listeners {
            for id in SocketCensus.endpoints(of: listener.socket).map({ Target.ID($0, in: listener.namespace) }) {
                if lastSeen[id] != nil { lastSeen[id] = now } else { new += byID[id] == nil ? 1 : 0 }
            }
        }
        let excess = lastSeen.count + new - limit
        guard excess > 0 else { return [] }
        let gone = lastSeen.filter { $0.value < now }.sorted { $0.value < $1.value }
        return remove(Set(gone.prefix(excess).map(\.key)))
    }

    /// Applies another configuration. Results of all targets that remain are kept, also if their source changes: a
    /// discovered target that is configured now keeps its history, and so does a configured one that is no longer
    /// configured but whose listener is discovered.
    ///
    /// - Parameters:
    ///   - entries: the entries for all addresses, which are `addresses` now.
    ///   - listeners: those in the ephemeral range; nil: discovery is disabled.
    /// - Returns: new and changed targets, and removed ones.
    public mutating func apply(
        _ targets: [Target], keep: Duration, limit: Int = Self.maximumDiscoveries,
        hostWide entries: [AllAddressesTarget],
        on addresses: [IPAddress],
        listeners: [Holder]?, at now: Duration
    ) -> (changed: [Target], gone: [Target]) {
        var next = Watchlist(targets, keep: keep, limit: limit, hostWideLimit: hostWideLimit)
        _ = next.follow(entries, on: addresses)
        if let listeners {
            _ = next.follow(listeners, at: now)
            for (id, time) in lastSeen where next.byID[id] == nil {
                guard let target = byID[id], next.lastSeen.count < limit else { continue }
                next.add(target)
                next.lastSeen[id] = time
            }
        }
        next.watched = watched.filter { next.byID[$0.key] != nil }
        let old = self
        self = next
        return (next.targets.filter { old.byID[$0.id] != $0 }, old.targets.filter { next.byID[$0.id] == nil })
    }

    /// Forgets the discovered targets in network namespaces that have gone.
    public mutating func forget(in namespaces: Set<String>) -> [Target] {
        remove(Set(lastSeen.keys.filter { $0.namespace.map(namespaces.contains) ?? false }))
    }

    private mutating func forget(at now: Duration) -> [Target] {
        let gone = lastSeen.filter { now - $0.value > keep }.keys
        return remove(Set(gone))
    }

    private mutating func remove(_ gone: Set<Target.ID>) -> [Target] {
        guard !gone.isEmpty else { return [] }
        let removed = gone.compactMap { byID[$0] }
        for id in gone {
            lastSeen[id] = nil
            byID[id] = nil
            watched[id] = nil
        }
        targets.removeAll { byID[$0.id] == nil }
        return removed.sorted { $0.endpoint < $1.endpoint }
    }
}
