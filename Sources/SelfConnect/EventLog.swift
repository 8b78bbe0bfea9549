/// The last events, and how many there were beyond those that are kept.
///
/// A storm of changes must not push everything else out of sight: of one pass only so many are kept, the gravest
/// first, and the rest is counted.
public struct EventLog: Hashable, Sendable {
    /// The events, oldest first.
    public private(set) var events: [Event] = []
    /// Events that were never kept because there were too many at once.
    public private(set) var leftOut = 0
    /// Events in all since the start.
    public private(set) var total = 0

    private let capacity: Int
    private let burst: Int

    /// Keeps the last `capacity` events, and of one pass `burst`.
    public init(capacity: Int = 512, burst: Int = 64) {
        self.capacity = max(1, capacity)
        self.burst = max(1, burst)
    }

    /// Takes the events of one pass; those that are kept.
    public mutating func append(_ pass: [Event]) -> (kept: [Event], leftOut: Int) {
        total += pass.count
        let kept = pass.count <= burst ? pass : gravest(pass)
        leftOut += pass.count - kept.count
        events += kept
        events.removeFirst(max(0, events.count - capacity))
        return (kept, pass.count - kept.count)
    }

    /// In their order, the gravest of them; of equals the first.
    private func gravest(_ pass: [Event]) -> [Event] {
        let ranked = pass.enumerated().sorted { left, right in
            left.element.severity == right.element.severity
                ? left.offset < right.offset : left.element.severity > right.element.severity
        }
        return ranked.prefix(burst).sorted { $0.offset < $1.offset }.map(\.element)
    }
}
