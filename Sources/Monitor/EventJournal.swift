import SelfConnect

/// Collects the events of a pass, and keeps which of them have not been logged yet.
struct EventJournal {
    /// The events that are kept.
    private(set) var log = EventLog()
    private var pending: [Event] = []
    private var unlogged: (events: [Event], omitted: Int) = ([], 0)

    /// Events of the step that is under way.
    mutating func note(_ events: [Event]) { pending += events }

    /// A step has ended, well or not: what it noted has happened.
    mutating func endStep() {
        let (kept, omitted) = log.append(pending)
        unlogged = (unlogged.events + kept, unlogged.omitted + omitted)
        pending = []
    }

    /// The events to log since the last call, and how many more there were.
    mutating func takeUnlogged() -> (events: [Event], omitted: Int) {
        defer { unlogged = ([], 0) }
        return unlogged
    }
}
