import SelfConnect

/// Ended connections with equal endpoints that may have been self-connections, in the order of their ends: asking about one
/// takes a SYN, so that a step may have time for some of them only. Pure.
struct UnconfirmedEnds {
    private struct Entry {
        let event: DestroyEvent
        /// How often there was no answer.
        var attempts = 0
    }

    private var entries: ArraySlice<Entry> = []

    /// Maximum number: any user can cause any number of them.
    static let limit = 4096
    /// How often one is asked about without an answer, as behind a packet filter that drops.
    static let maxAttempts = 3

    var isEmpty: Bool { entries.isEmpty }

    var count: Int { entries.count }

    /// Adds an event; returns false if there are too many.
    mutating func append(_ event: DestroyEvent) -> Bool {
        guard entries.count < Self.limit else { return false }
        entries.append(Entry(event: event))
        return true
    }

    /// Asks about those that wait now, the oldest first, while there is time.
    ///
    /// - Parameter ask: whether it was a self-connection; nil: there is no answer, and it waits for another attempt.
    /// - Returns: those that were self-connections.
    mutating func confirm(while hasTime: () -> Bool, _ ask: (DestroyEvent) -> Bool?) -> [DestroyEvent] {
        var confirmed: [DestroyEvent] = []
        for _ in 0..<entries.count {
            guard hasTime(), var entry = entries.popFirst() else { break }
            switch ask(entry.event) {
            case true?: confirmed.append(entry.event)
            case false?: continue
            case nil:
                entry.attempts += 1
                if entry.attempts < Self.maxAttempts { entries.append(entry) }
            }
        }
        return confirmed
    }
}
