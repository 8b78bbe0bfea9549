/// The last events, and how many there were beyond those that are kept.
///
/// A storm of changes must not push everything else out of sight: of one pass only so many are kept, the gravest
/// first, and the rest is counted. Events that any local user can cause have a share of their own, in a pass and in all.
public struct EventLog: Hashable, Sendable {
    /// The events, oldest first.
    public private(set) var events: [Event] = []
    /// Events that were never kept because there were too many at once.
    public private(set) var omitted = 0
    /// Events in all since the start.
    public private(set) var total = 0

    private let capacity: Int
    private let burst: Int
    private var ofStrangers = 0

    /// Keeps the last `capacity` events, of which those that any local user can cause have at most half as soon as there are others,
    /// and of one pass `burst` of each.
    public init(capacity: Int = 512, burst: Int = 64) {
        self.capacity = max(1, capacity)
        self.burst = max(1, burst)
    }

    /// Takes the events of one pass; those that are kept.
    public mutating func append(_ pass: [Event]) -> (kept: [Event], omitted: Int) {
        total += pass.count
        let kept = select(from: pass)
        omitted += pass.count - kept.count
        events += kept
        ofStrangers += kept.count { $0.isByLocalUser }
        while events.count > capacity { removeOldest() }
        return (kept, pass.count - kept.count)
    }

    private mutating func removeOldest() {
        let isStrangersTurn = ofStrangers > capacity / 2
        guard let index = events.firstIndex(where: { !isStrangersTurn || $0.isByLocalUser }) else { return }
        if events.remove(at: index).isByLocalUser { ofStrangers -= 1 }
    }

    /// The most severe of each sort, in their order; of equals the first.
    private func select(from pass: [Event]) -> [Event] {
        let ranked = pass.enumerated().sorted { left, right in
            left.element.severity == right.element.severity
                ? left.offset < right.offset : left.element.severity > right.element.severity
        }
        let own = ranked.filter { !$0.element.isByLocalUser }.prefix(burst)
        let others = ranked.filter { $0.element.isByLocalUser }.prefix(burst)
        return (own + others).sorted { $0.offset < $1.offset }.map(\.element)
    }
}
