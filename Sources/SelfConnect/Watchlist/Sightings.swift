// How long a discovered target outlives its listener. Programs that let the kernel choose a port, such as compilers and
// test suites, listen on hundreds of random ports for seconds each, and no client will connect to these again. A server
// keeps its port for long, or comes back to it.

/// When the listeners of discovered targets were seen, in passes.
struct Sightings: Sendable {
    /// A listener that is seen, or that has gone and whose target is still watched.
    struct Sighting: Sendable {
        let owner: String
        let first: Duration
        var last: Duration
        /// Whether it had gone, and its target with it, before `first`.
        var hasReturned: Bool
    }

    /// A listener that has gone and whose target is not watched any more.
    private struct Departure {
        let owner: String
        let at: Duration
    }

    private let rules: DiscoveryRules
    private var sightings: [Target.ID: Sighting] = [:]
    /// The listeners that ended within the last `minimumAge`, at most as many as there can be targets.
    private var departures: [Target.ID: Departure] = [:]

    /// An owner that has left more ports than this lately takes random ones: if it comes back to one, that is chance.
    static let portsOfServer = 16

    init(_ rules: DiscoveryRules) {
        self.rules = rules
    }

    /// How many targets there are.
    var count: Int { sightings.count }

    subscript(id: Target.ID) -> Sighting? { sightings[id] }

    /// A listener is there.
    mutating func see(_ id: Target.ID, of listener: Holder, at now: Duration) {
        guard sightings[id] == nil else {
            sightings[id]?.last = now
            return
        }
        let owner = listener.unit ?? listener.command ?? "uid \(listener.socket.uid)"
        sightings[id] = Sighting(owner: owner, first: now, last: now, hasReturned: isReturn(to: id, of: owner, at: now))
        departures[id] = nil
    }

    /// Takes over what other rules have led to.
    mutating func adopt(_ sighting: Sighting, of id: Target.ID) {
        sightings[id] = sighting
    }

    /// Takes over which listeners have gone lately.
    mutating func adoptDepartures(of other: Sightings) {
        departures = other.departures
    }

    private func isReturn(to id: Target.ID, of owner: String, at now: Duration) -> Bool {
        guard let departure = departures[id], departure.owner == owner, now - departure.at <= rules.minimumAge else {
            return false
        }
        let ports = Set(departures.lazy.filter { $0.value.owner == owner }.map(\.key.endpoint.port))
        return ports.count <= Self.portsOfServer
    }

    /// The targets that are not watched any more, because their listener has gone.
    func outlived(at now: Duration) -> Set<Target.ID> {
        Set(sightings.lazy.filter { now - $0.value.last > keep($0.value) }.map(\.key))
    }

    private func keep(_ sighting: Sighting) -> Duration {
        sighting.hasReturned || sighting.last - sighting.first >= rules.minimumAge ? rules.keep : .zero
    }

    /// As many targets whose listener has gone, those first whose listener went first.
    func longestGone(_ count: Int, at now: Duration) -> Set<Target.ID> {
        let gone = sightings.filter { $0.value.last < now }.sorted { $0.value.last < $1.value.last }
        return Set(gone.prefix(count).map(\.key))
    }

    /// Their targets are not watched any more.
    mutating func remove(_ ids: Set<Target.ID>, at now: Duration) {
        for id in ids {
            guard let sighting = sightings.removeValue(forKey: id) else { continue }
            departures[id] = Departure(owner: sighting.owner, at: sighting.last)
        }
        departures = departures.filter { now - $0.value.at <= rules.minimumAge }
        guard departures.count > rules.limit else { return }
        let newest = departures.sorted { $0.value.at > $1.value.at }.prefix(rules.limit)
        departures = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
}
