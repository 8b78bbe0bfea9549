import SelfConnect
import Testing

@testable import Monitor

/// Reports of unwatched endpoints.
@Suite struct UnwatchedNoticesTests {
    private static func unwatched(_ ofAllAddresses: Int, _ ofListeners: Int = 0) -> Unwatched {
        var unwatched = Unwatched()
        (unwatched.ofAllAddresses, unwatched.ofListeners) = (ofAllAddresses, ofListeners)
        return unwatched
    }

    @Test("A notice is sent once, again when the number has doubled, and when all endpoints are watched")
    func once() {
        var log = UnwatchedNotices()
        #expect(log.due(Self.unwatched(0)).isEmpty)
        let first = log.due(Self.unwatched(1184))
        #expect(first.map(\.isResolved) == [false])
        #expect(
            first.map(\.message) == [
                "1184 endpoints of all addresses are not watched: too many, the limit is 10000"
            ])
        for count in [1184, 1185, 2367, 1] { #expect(log.due(Self.unwatched(count)).isEmpty) }
        #expect(log.due(Self.unwatched(2368)).count == 1)
        #expect(log.due(Self.unwatched(2368)).isEmpty)
        let end = log.due(Self.unwatched(0))
        #expect(end.map(\.message) == ["every endpoint of all addresses is watched again"])
        #expect(end.map(\.isResolved) == [true])
        #expect(log.due(Self.unwatched(0)).isEmpty && log.due(Self.unwatched(3)).count == 1)
    }

    @Test("Endpoints of listeners have a separate notice") func kinds() {
        var log = UnwatchedNotices()
        #expect(log.due(Self.unwatched(7)).count == 1)
        #expect(
            log.due(Self.unwatched(7, 1)).map(\.message) == [
                "1 endpoint of listeners in the ephemeral range is not watched: too many, discover.limit allows no more"
            ])
    }
}
