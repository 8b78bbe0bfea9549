/// When each of a number of things is due, spread over the interval so that they do not fire together.
///
/// Times are durations since a start that the caller keeps.
public struct Schedule<Item: Hashable & Sendable>: Sendable {
    private struct Entry {
        let item: Item
        var due: Duration
    }

    /// How long from one time an item is due to the next.
    public let interval: Duration
    private var entries: [Entry]

    /// Items that are first due one after another in the `spread` that begins at `start`; by default an interval.
    public init(_ items: [Item], every interval: Duration, from start: Duration, spread: Duration? = nil) {
        self.interval = interval
        entries = items.enumerated().map { index, item in
            Entry(item: item, due: start + (spread ?? interval) * index / max(1, items.count))
        }
    }

    /// When the next item is due; nil without items.
    public var next: Duration? { entries.lazy.map(\.due).min() }

    /// The items that are due at `now` or within `grain` after it, in the order in which they are due, each once.
    ///
    /// They are due again an interval later. Where that has passed as well, as after a suspended night, what was
    /// missed is left out and each keeps its place in the interval, so that they stay spread.
    public mutating func take(at now: Duration, grain: Duration = .zero) -> [Item] {
        var taken: [(due: Duration, item: Item)] = []
        for index in entries.indices where entries[index].due <= now + grain {
            taken.append((entries[index].due, entries[index].item))
            entries[index].due = following(entries[index].due, after: now)
        }
        return taken.sorted { $0.due < $1.due }.map(\.item)
    }

    private func following(_ due: Duration, after now: Duration) -> Duration {
        let next = due + interval
        guard next <= now, interval > .zero else { return max(next, now) }
        return next + interval * Int64(((now - next) / interval).rounded(.down) + 1)
    }

    /// Makes an item due at `time`, if it would have been later.
    public mutating func expedite(_ item: Item, to time: Duration) {
        guard let index = entries.firstIndex(where: { $0.item == item }) else { return }
        entries[index].due = min(entries[index].due, time)
    }
}
