/// The last events, and the number of omitted ones.
///
/// So that a burst of changes does not remove all other events, only a limited number per pass is stored, most severe
/// first, and the rest is counted. Events that any local user can cause have separate limits, per pass and in total.
package struct EventLog: Hashable, Sendable {
    /// The events, oldest first.
    package private(set) var events: [Event] = []
    /// Number of events that were not stored because there were too many at once.
    package private(set) var omitted = 0
    /// Number of all events since the start.
    package private(set) var total = 0

    private let capacity: Int
    private let burst: Int
    /// Number of stored events that any local user can cause.
    private var localUserCount = 0

    /// Stores the last `capacity` events, and `burst` of each sort per pass. Events that any local user can cause use
    /// at most half of the capacity if there are others.
    package init(capacity: Int = 512, burst: Int = 64) {
        self.capacity = max(1, capacity)
        self.burst = max(1, burst)
    }

    /// Appends the events of one pass; returns those that are stored.
    ///
    /// - Parameter frequent: how many `EventLimiter` has left out.
    package mutating func append(_ pass: [Event], besides frequent: Int = 0) -> (kept: [Event], omitted: Int) {
        total += pass.count + frequent
        let kept = select(from: pass)
        omitted += pass.count + frequent - kept.count
        events += kept
        localUserCount += kept.count { $0.isByLocalUser }
        while events.count > capacity { removeOldest() }
        return (kept, pass.count - kept.count)
    }

    private mutating func removeOldest() {
        let prefersLocalUsers = localUserCount > capacity / 2
        guard let index = events.firstIndex(where: { !prefersLocalUsers || $0.isByLocalUser }) else { return }
        if events.remove(at: index).isByLocalUser { localUserCount -= 1 }
    }

    /// The most severe events of each sort, in their order; of equal ones the first.
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
