/// When each of several items is due, spread over the interval so that they are not due at the same time.
///
/// Times are durations since a start that the caller defines.
package struct Schedule<Item: Hashable & Sendable>: Sendable {
    private struct Entry {
        var due: Duration
        /// Orders items with equal due times by insertion.
        let serial: Int
    }

    /// The time between two due times of an item.
    package private(set) var interval: Duration
    private var entries: [Item: Entry] = [:]
    private var lastSerial = 0

    /// Items that are first due one after another within `spread` after `start`; by default an interval.
    package init(_ items: [Item], every interval: Duration, from start: Duration, spread: Duration? = nil) {
        self.interval = interval
        for (index, item) in items.enumerated() {
            insert(item, due: start + (spread ?? interval) * index / max(1, items.count))
        }
    }

    /// When the next item is due; nil without items.
    package var next: Duration? { entries.values.lazy.map(\.due).min() }

    /// Makes the items that are due at `now` or within `coalescingWindow` after it due an interval later; returns them in the
    /// order of their due times, each once.
    ///
    /// If that time has also passed, as after a suspend, missed times are skipped and each item keeps its place in the
    /// interval, so that the items stay spread.
    package mutating func rescheduleDue(at now: Duration, coalescingWindow: Duration = .zero) -> [Item] {
        let taken = due(at: now, coalescingWindow: coalescingWindow)
        for item in taken { finish(item, at: now, coalescingWindow: coalescingWindow) }
        return taken
    }

    /// The items that are due at `now` or within `coalescingWindow` after it, ordered by due time; they stay due until
    /// `finish`.
    package func due(at now: Duration, coalescingWindow: Duration = .zero) -> [Item] {
        let limit = now + coalescingWindow
        return entries.lazy.filter { $0.value.due <= limit }
            .sorted { ($0.value.due, $0.value.serial) < ($1.value.due, $1.value.serial) }.map { $0.key }
    }

    /// Makes an item due an interval later, as `rescheduleDue` does, if it is due at `now` or within `coalescingWindow` after
    /// it.
    package mutating func finish(_ item: Item, at now: Duration, coalescingWindow: Duration = .zero) {
        guard let entry = entries[item], entry.due <= now + coalescingWindow else { return }
        let next = following(entry.due, after: now)
        entries[item]?.due = next
    }

    /// Adds an item that is due at `time`, or changes its due time.
    package mutating func insert(_ item: Item, due time: Duration) {
        lastSerial += 1
        entries[item] = Entry(due: time, serial: lastSerial)
    }

    /// Whether the schedule contains an item.
    package func contains(_ item: Item) -> Bool { entries[item] != nil }

    /// Changes the interval from `now` on. The remaining wait of each item is scaled with the interval, so that the
    /// items keep their order and stay spread.
    package mutating func change(to interval: Duration, at now: Duration) {
        guard interval != self.interval else { return }
        let ratio = self.interval > .zero ? interval / self.interval : 0
        for (item, entry) in entries { entries[item]?.due = now + max(.zero, entry.due - now) * ratio }
        self.interval = interval
    }

    /// Removes all items for which `isKept` returns false.
    package mutating func keep(where isKept: (Item) -> Bool) {
        entries = entries.filter { isKept($0.key) }
    }

    /// Removes an item.
    package mutating func remove(_ item: Item) {
        entries[item] = nil
    }

    private func following(_ due: Duration, after now: Duration) -> Duration {
        let next = due + interval
        guard next <= now, interval > .zero else { return max(next, now) }
        return next + interval * Int64(((now - next) / interval).rounded(.down) + 1)
    }

    /// Makes an item due at `time` if it would be due later.
    package mutating func expedite(_ item: Item, to time: Duration) {
        guard let present = entries[item]?.due else { return }
        entries[item]?.due = min(present, time)
    }
}
