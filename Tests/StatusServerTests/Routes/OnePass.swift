import Configuration
import Linux
import SelfConnect
import Testing

@testable import Monitor

/// The result of one pass in the calling thread's network namespace.
enum OnePass {
    /// Four targets with one name, each `count` times in the list.
    static func source(repeated count: Int = 1) throws -> StubProvider {
        let source = StubProvider()
        let targets = try (0..<4).map { Target(name: "t", endpoint: try Endpoint("127.0.0.1:\(40_002 + $0)")) }
        var watch = try Watch(Configuration.default, targets: targets, at: Clock.monotonic)
        _ = try watch.step(at: Clock.monotonic) { true }
        let found = watch.snapshot(at: Clock.wall)
        var snapshot = try #require(found)
        snapshot.targets = (0..<count).flatMap { _ in snapshot.targets }
        source.store.publish(snapshot)
        return source
    }
}
