import Configuration
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import Monitor

/// Passes of a watch, an interval apart.
struct Passes: ~Copyable {
    var watch: Watch
    var now = Clock.monotonic
    private let interval: Duration

    init(_ settings: Configuration, _ targets: [Target], guards: GuardKeeper = GuardKeeper()) throws {
        interval = settings.probe.interval
        watch = try Watch(settings, targets: targets, guards: guards, at: now)
    }

    /// The snapshot after one more pass.
    mutating func next() throws -> Snapshot {
        // A long pass continues in steps, no faster than its processor share permits.
        let end = Clock.monotonic + Waiting.limit
        while try watch.step(at: now, proceed: { true }) != .pass {
            try #require(Clock.monotonic < end, "the pass does not end")
            now = max(now, watch.next)
        }
        now += interval
        let snapshot = watch.snapshot(at: Clock.wall)
        return try #require(snapshot)
    }

    /// The first target after one more pass.
    mutating func nextTarget() throws -> WatchedTarget {
        let target = try next().targets.first
        return try #require(target)
    }
}
