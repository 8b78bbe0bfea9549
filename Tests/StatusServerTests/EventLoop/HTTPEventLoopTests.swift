import HTTP
import Linux
import Monitor
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import StatusServer

/// Scheduling of clients, over real sockets.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct HTTPEventLoopTests {
    private static let endpoint = Endpoint(.loopback4, 9293)
    private static let healthy = "selfconnect_http_requests_total{code=\"200\",path=\"/-/healthy\"}"

    /// The number of responses for `/-/healthy` when these metrics were rendered.
    private static func healthyAnswers(in metrics: String?) -> String? {
        metrics?.split(separator: "\n").first { $0.hasPrefix(healthy) }?.split(separator: " ").last.map(String.init)
    }

    @Test("A turn ends after four responses, and other clients follow") func turn() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(on: Self.endpoint, try OnePass.source())
            let hasty = try Asker(Self.endpoint), other = try Asker(Self.endpoint)
            for client in [hasty, other] {
                client.ask("/-/ready")
                #expect(client.receive() != nil)
            }
            try loop.hold {
                hasty.ask("/-/healthy", times: 20)
                other.ask("/metrics")
                return nil
            }
            #expect(Self.healthyAnswers(in: other.receive()) == "4")
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("A client that used up its time slice is served after others") func costly() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(on: Self.endpoint, try OnePass.source())
            try loop.hold(change: { $0.rules.turns.turn = .nanoseconds(1) }) { nil }
            let costly = try Asker(Self.endpoint), other = try Asker(Self.endpoint)
            costly.ask("/-/healthy", times: 3)
            var answers = ""
            let areThree = Waiting.holds {
                answers += costly.receive() ?? ""
                return answers.split(separator: "HTTP/1.1 200 OK").count == 3
            }
            #expect(areThree, "a turn without time makes one answer, and another follows: \(answers)")
            try loop.hold {
                costly.ask("/-/healthy")
                other.ask("/metrics")
                return nil
            }
            #expect(Self.healthyAnswers(in: other.receive()) == "3")
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("A client that waits for its turn with an unread request is not idle") func waitingForTurn() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(on: Self.endpoint, try OnePass.source()) { $0.limits.idleTimeout = .seconds(5) }
            try loop.hold(change: { $0.rules.turns.turn = .nanoseconds(1) }) { nil }
            let clients = try (0..<3).map { _ in try Asker(Self.endpoint) }
            for client in clients {
                client.ask("/-/healthy")
                #expect(client.receive() != nil)
            }
            try loop.hold {
                Thread.sleep(.milliseconds(5_500))
                for client in clients { client.ask("/-/healthy") }
                return nil
            }
            for client in clients { #expect(client.receive()?.hasPrefix("HTTP/1.1 200") == true) }
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("A request that arrives in time is answered, however long the loop is busy with others")
    func lateReading() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(on: Self.endpoint, try OnePass.source())
            let client = try Asker(Self.endpoint)
            // The client is accepted, and then the deadline of its request passes in one round of the loop.
            try loop.hold { nil }
            try loop.hold(change: { $0.moment.advance(now: $0.moment.now + .seconds(20), unixTime: 0) }) {
                client.ask("/-/healthy")
                return nil
            }
            #expect(client.receive()?.hasPrefix("HTTP/1.1 200") == true)
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("Each client that is served is a heartbeat") func beats() throws {
        try PrivateNetwork.run {
            let source = try OnePass.source()
            let loop = try HeldLoop(on: Self.endpoint, source)
            let clients = try (0..<100).map { _ in try Asker(Self.endpoint) }
            for client in clients {
                client.ask("/-/ready")
                #expect(client.receive() != nil)
            }
            var before = 0
            try loop.hold {
                before = source.heartbeats.counts[Heartbeats.Loop.http.rawValue]
                return .stop
            }
            #expect(loop.counts() != nil)
            #expect(source.heartbeats.counts[Heartbeats.Loop.http.rawValue] >= before + 100)
        }
    }

    // MARK: Reload

    @Test("Every client in the queue of a removed listener gets a response", arguments: [true, false])
    func dismissal(hasPassed: Bool) throws {
        try PrivateNetwork.run {
            // Before the first pass, no connection is accepted for a moment.
            let loop = try HeldLoop(on: Self.endpoint, hasPassed ? try OnePass.source() : StubProvider())
            if hasPassed {
                let first = try Asker(Self.endpoint)
                first.ask("/-/healthy")
                #expect(first.receive() != nil)
            }
            var clients: [Asker] = []
            try loop.hold {
                // More than are accepted in one turn, and fewer than the limit per client.
                for _ in 0..<100 {
                    let client = try Asker(Self.endpoint)
                    client.ask("/-/healthy")
                    clients.append(client)
                }
                return .apply(try HeldLoop.configuration())
            }
            for client in clients { #expect(client.receive()?.hasPrefix("HTTP/1.1 200 OK") == true) }
            #expect(throws: (any Error).self) { try Asker(Self.endpoint) }
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test("Clients with a request in the queue of a removed listener are answered, even above the connection limit")
    func dismissalAboveLimit() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(
                on: Self.endpoint, try OnePass.source(), change: { $0.connections = (total: 4, perClient: 4) })
            var clients: [Asker] = []
            try loop.hold {
                for number in 0..<100 {
                    let client = try Asker(Self.endpoint)
                    if number.isMultiple(of: 2) { client.ask("/-/healthy") }
                    clients.append(client)
                }
                return .apply(try HeldLoop.configuration { $0.connections = (total: 4, perClient: 4) })
            }
            for number in stride(from: 0, to: 100, by: 2) {
                #expect(clients[number].receive()?.hasPrefix("HTTP/1.1 200 OK") == true)
            }
            try loop.hold { .stop }
            let counts = try #require(loop.counts())
            #expect(counts.refused.isEmpty && counts.ended[.displaced] == 96)
        }
    }

    // MARK: Stop

    @Test("A client that is displaced during shutdown is closed once") func displacementDuringStop() throws {
        try PrivateNetwork.run {
            let loop = try HeldLoop(on: Self.endpoint, try OnePass.source())
            var hoarders = try (0..<16).map { _ in try Asker(Self.endpoint) }
            let others = try (0..<16).map { _ in try Asker(Self.endpoint) }
            for client in hoarders + others {
                client.ask("/-/ready")
                #expect(client.receive() != nil)
            }
            // More than the kernel buffers for a client that does not read, and long enough for it to be closed.
            for client in hoarders { client.ask("/openapi.json", times: 600) }
            let count = Mutex(0)
            let areIdle = try Waiting.holds(every: .milliseconds(50)) {
                try loop.hold(change: { loop in
                    let unread = loop.candidates(loop.clients).filter { $0.isUnread(at: loop.moment.now) }
                    count.withLock { $0 = unread.count }
                }) { nil }
                return count.withLock { $0 } == 16
            }
            #expect(areIdle)
            try loop.hold(change: { $0.rules.unsent.limit = 1 }) {
                for client in hoarders { try client.resetOnClose() }
                hoarders.removeAll()
                for client in others { client.ask("/-/healthy") }
                return .stop
            }
            let ended = try #require(loop.counts()).ended
            #expect(try #require(ended[.unread]) > 0)
            #expect(ended[.unread, default: 0] + ended[.lost, default: 0] == 16)
        }
    }
}
