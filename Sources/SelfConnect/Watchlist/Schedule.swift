/// When each of a number of things is due, spread over the interval so that they do not fire together.
///
/// Times are durations since a start that the caller keeps.
public struct Schedule<Item: Hashable & Sendable>: Sendable {
    private struct Entry {
        var due: Duration
        /// Of two that are due at the same time the one that came first is first.
        let serial: Int
    }

    /// How long from one time an item is due to the next.
    public private(set) var interval: Duration
    private var entries: [Item: Entry] = [:]
    private var lastSerial = 0

    /// Items that are first due one after another in the `spread` that begins at `start`; by default an interval.
    public init(_ items: [Item], every interval: Duration, from start: Duration, spread: Duration? = nil) {
        self.interval = interval
        for (index, item) in items.enumerated() {
            insert(item, due: start + (spread ?? interval) * index / max(1, items.count))
        }
    }

    /// When the next item is due; nil without items.
    public var next: Duration? { entries.values.lazy.map(\.due).min() }

    /// The items that are due at `now` or within `coalescingWindow` after it, in the order in which they are due, each once.
    ///
    /// They are due again an interval later. Where that has passed as well, as after a suspended night, what was
    /// missed is left out and each keeps its place in the interval, so that they stay spread.
    public mutating func take(at now: Duration, coalescingWindow: Duration = .zero) -> [Item] {
        let taken = due(at: now, coalescingWindow: coalescingWindow)
        for item in taken { finish(item, at: now, coalescingWindow: coalescingWindow) }
        return taken
    }

    /// The items that are due at `now` or within `coalescingWindow` after it, in the order in which they are due; they stay so
    /// until they are finished.
    public func due(at now: Duration, coalescingWindow: Duration = .zero) -> [Item] {
        entries.filter { $0.value.due <= now + coalescingWindow }
            .sorted { ($0.value.due, $0.value.serial) < ($1.value.due, $1.value.serial) }.map(\.key)
    }

    /// Makes an item due an interval later, as `take` does, if it is due at `now` or within `coalescingWindow` after it.
    public mutating func finish(_ item: Item, at now: Duration, coalescingWindow: Duration = .zero) {
        guard let entry = entries[item], entry.due <= now + coalescingWindow else { return }
        let next = following(entry.due, after: now)
        entries[item]?.due = next
    }

    /// Adds an item that is due at `time`, or moves it there.
    public mutating func insert(_ item: Item, due time: Duration) {
        lastSerial += 1
        entries[item] = Entry(due: time, serial: lastSerial)
    }

    /// Whether an item is on it.
    public func contains(_ item: Item) -> Bool { entries[item] != nil }

    /// Makes items due at another interval from `now` on. What is left of each one's present wait grows or shrinks
    /// with the interval, so that they keep their order and stay spread.
    public mutating func change(to interval: Duration, at now: Duration) {
        guard interval != self.interval else { return }
        let ratio = self.interval > .zero ? interval / self.interval : 0
        for (item, entry) in entries { entries[item]?.due = now + max(.zero, entry.due - now) * ratio }
        self.interval = interval
    }

    /// Takes off all items but those for which `isKept` says so.
    public mutating func keep(where isKept: (Item) -> Bool) {
        entries = entries.filter { isKept($0.key) }
    }

    /// Takes an item off.
    public mutating func remove(_ item: Item) {
        entries[item] = nil
    }

    private func following(_ due: Duration, after now: Duration) -> Duration {
        let next = due + interval
        guard next <= now, interval > .zero else { return max(next, now) }
        return next + interval * Int64(((now - next) / interval).rounded(.down) + 1)
    }

    /// Makes an item due at `time`, if it would have been later.
    public mutating func expedite(_ item: Item, to time: Duration) {
        guard let present = entries[item]?.due else { return }
        entries[item]?.due = min(present, time)
    }
}
