import Configuration
import Linux
import SelfConnect
import Testing

@testable import Monitor

/// The result of one pass in the calling thread's network namespace.
enum OnePass {
    /// Four targets with one name.
    static func source() throws -> StubProvider {
        let source = StubProvider()
        let targets = try (0..<4).map { Target(name: "t", endpoint: try Endpoint("127.0.0.1:\(40_002 + $0)")) }
        var watch = try Watch(Configuration.default, targets: targets, at: Clock.monotonic)
        _ = try watch.step(at: Clock.monotonic) { true }
        let snapshot = watch.snapshot(at: Clock.wall)
        source.store.publish(try #require(snapshot))
        return source
    }
}
