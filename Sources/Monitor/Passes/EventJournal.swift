import SelfConnect

/// Collects the events of a pass, and remembers which of them have not been logged yet.
struct EventJournal {
    /// The stored events.
    private(set) var log = EventLog()
    private var pending: [Event] = []
    private var limiter = EventLimiter()
    private var unlogged: (events: [Event], omitted: Int) = ([], 0)

    /// Adds events of the current step.
    mutating func note(_ events: [Event]) { pending += events }

    /// Forgets targets that are not watched any more.
    mutating func forget(_ targets: [Target]) { limiter.forget(targets.lazy.map(\.id)) }

    /// Ends a step, successful or not: its events become valid.
    mutating func endStep(at now: Duration) {
        let (admitted, frequent) = limiter.admit(pending, at: now)
        let (kept, omitted) = log.append(admitted, besides: frequent)
        unlogged = (unlogged.events + kept, unlogged.omitted + omitted)
        pending = []
    }

    /// The events since the last call, for logging, and the number of omitted ones.
    mutating func takeUnlogged() -> (events: [Event], omitted: Int) {
        defer { unlogged = ([], 0) }
        return unlogged
    }
}
