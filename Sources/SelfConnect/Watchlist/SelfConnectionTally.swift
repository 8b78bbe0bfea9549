/// Counts each self-connection once: from those that passes see, and from the ends that the kernel announces.
///
/// An announcement does not identify the socket. An endpoint has at most one self-connection at a time: so the first end that is
/// announced for an endpoint belongs to the first one that a pass saw there.
package struct SelfConnectionTally: Sendable {
    private struct Sighting: Sendable {
        let holder: Holder
        /// Number of passes since then that did not see it.
        var absences = 0
    }

    /// Number of self-connections.
    package private(set) var total = 0
    /// Self-connections that passes have seen and whose ends were not announced, oldest first.
    private var sightings: [Endpoint: [Sighting]] = [:]

    /// A self-connection that this number of passes did not see is forgotten: its owner has reset it, or the event was lost.
    private static let mostAbsences = 2

    /// An empty tally.
    package init() {}

    /// Records the self-connections that a pass has seen; returns the new ones.
    package mutating func update(_ alive: [Holder]) -> [Holder] {
        let new = alive.filter { holder in
            // A socket that its owner has closed has no inode.
            !sightings[holder.socket.local, default: []].contains {
                holder.socket.inode == 0 || $0.holder.socket.inode == holder.socket.inode
            }
        }
        forgetAbsent(Dictionary(grouping: alive.map(\.socket), by: \.local))
        for holder in new { sightings[holder.socket.local, default: []].append(Sighting(holder: holder)) }
        total += new.count
        return new
    }

    /// Counts new self-connections in other network namespaces, of which no ends are announced.
    package mutating func countElsewhere(_ count: Int) { total += count }

    /// Whether a pass has seen a self-connection on this endpoint whose end was not announced.
    package func hasSeen(_ endpoint: Endpoint) -> Bool { sightings[endpoint] != nil }

    /// Records the end of a self-connection, and counts it unless a pass has seen it; returns its holder if one has.
    package mutating func end(on endpoint: Endpoint) -> Holder? {
        guard let sighting = sightings[endpoint]?.first else {
            total += 1
            return nil
        }
        sightings[endpoint]?.removeFirst()
        if sightings[endpoint]?.isEmpty == true { sightings[endpoint] = nil }
        return sighting.holder
    }

    private mutating func forgetAbsent(_ alive: [Endpoint: [SocketRecord]]) {
        sightings = sightings.mapValues { sightings in
            sightings.compactMap { sighting in
                let isAlive = alive[sighting.holder.socket.local, default: []].contains {
                    $0.inode == 0 || $0.inode == sighting.holder.socket.inode
                }
                guard !isAlive else { return Sighting(holder: sighting.holder) }
                guard sighting.absences + 1 < Self.mostAbsences else { return nil }
                return Sighting(holder: sighting.holder, absences: sighting.absences + 1)
            }
        }.filter { !$0.value.isEmpty }
    }
}
