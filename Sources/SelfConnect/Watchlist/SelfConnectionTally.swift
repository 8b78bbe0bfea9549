/// Counts self-connections, each of them once: from what passes see, and from the ends that the kernel announces.
///
/// An end does not say which socket it was. At one moment there is only one self-connection on an endpoint, and ends are
/// announced in their order: so the first end on an endpoint is that of the first one that was seen there.
public struct SelfConnectionTally: Sendable {
    private struct Sighting: Sendable {
        let holder: Holder
        /// How many passes have not seen it any more.
        var absences = 0
    }

    /// Self-connections so far.
    public private(set) var total = 0
    /// Those that passes have seen and whose ends were not announced, in their order.
    private var sightings: [Endpoint: [Sighting]] = [:]

    /// The end of one that has gone is announced before so many passes are over, or never: its owner has reset it, or the event
    /// was lost.
    private static let mostAbsences = 2

    /// Nothing counted.
    public init() {}

    /// A pass has seen these.
    ///
    /// - Returns: those that it was the first to see.
    public mutating func update(_ alive: [Holder]) -> [Holder] {
        let new = alive.filter { holder in
            // The kernel tells no inode of one that its owner has closed.
            !sightings[holder.socket.local, default: []].contains {
                holder.socket.inode == 0 || $0.holder.socket.inode == holder.socket.inode
            }
        }
        forgetAbsent(Dictionary(grouping: alive.map(\.socket), by: \.local))
        for holder in new { sightings[holder.socket.local, default: []].append(Sighting(holder: holder)) }
        total += new.count
        return new
    }

    /// Whether a pass has seen one on this endpoint whose end was not announced.
    public func hasSeen(_ endpoint: Endpoint) -> Bool { sightings[endpoint] != nil }

    /// One has ended on this endpoint: counted, unless a pass has seen it.
    ///
    /// - Returns: who had it, where a pass has seen it.
    public mutating func end(on endpoint: Endpoint) -> Holder? {
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
