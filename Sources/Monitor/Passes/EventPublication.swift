/// When destroy events are published that no pass publishes: soon, but not more often than necessary. Pure.
struct EventPublication {
    /// When they are published; nil: there is nothing to publish.
    private(set) var due: Duration?
    private var last = Duration.zero

    /// Minimum time between two publications.
    private static let interval = Duration.milliseconds(100)

    /// There is something to publish.
    mutating func request(at now: Duration) {
        if due == nil { due = max(now, last + Self.interval) }
    }

    /// Everything up to now is published.
    mutating func finish(at now: Duration) { (due, last) = (nil, now) }
}
