import Configuration
import Linux
import SelfConnect
import Testing

@testable import Monitor

/// Passes of a watch, an interval apart.
struct Passes: ~Copyable {
    var watch: Watch
    var now = Clock.monotonic
    private let interval: Duration

    init(_ settings: Configuration, _ targets: [Target]) throws {
        interval = settings.probe.interval
        watch = try Watch(settings, targets: targets, at: now)
    }

    /// The snapshot after one more pass.
    mutating func next() throws -> Snapshot {
        // A long pass continues in steps, no faster than its processor share permits.
        while try watch.step(at: now, proceed: { true }) != .pass { now = max(now, watch.next) }
        now += interval
        let snapshot = watch.snapshot(at: Clock.wall)
        return try #require(snapshot)
    }
}
