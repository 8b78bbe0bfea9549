/// What is remembered from one survey of a target to the next: listeners on its port, which still count when they have gone,
/// and since when sockets are bound to it that do not listen.
package struct ListenerMemory: Hashable, Sendable {
    /// Whether an earlier survey has seen a listener on the port.
    package var hadListener = false
    /// Whether the last listener that was seen on the port set SO_REUSEADDR; nil: not known.
    package var reusesAddress: Bool?
    /// Since when sockets are known that are bound and do not listen, by inode, in terms of the monotonic clock.
    private var boundSince: [UInt32: Duration] = [:]
    /// Those of them that are no servers about to listen: they have been so for long enough.
    package private(set) var idle: Set<UInt32> = []

    /// What is remembered after the last survey, of which `previous` is the evidence; nil: there was none.
    package init(after previous: Evidence? = nil) {
        guard let previous else { return }
        hadListener = previous.memory.hadListener || previous.holders.contains { $0.state == .listening }
        reusesAddress = previous.memory.reusesAddress
        boundSince = previous.memory.boundSince
    }

    /// Remembers which sockets are bound and do not listen.
    ///
    /// - Parameter listenTime: how long a server may take from bind() to listen().
    package mutating func recordBound(_ sockets: PortSockets, listenTime: Duration) {
        let bound = sockets.holders.filter { $0.state == .bound }.map(\.socket.inode)
        boundSince = Dictionary(bound.map { ($0, boundSince[$0] ?? sockets.readAt) }) { first, _ in first }
        idle = Set(boundSince.filter { sockets.readAt - $0.value >= listenTime }.keys)
    }

    /// Remembers the options of a listener among the holders of the port.
    package mutating func record(_ holders: [Holder]) {
        guard let listener = holders.first(where: { $0.state == .listening }) else { return }
        reusesAddress = listener.reusesAddress ?? reusesAddress
    }
}
