import HTTP
import Linux
import Monitor
import SelfConnect
import Synchronization
import TestSupport
import Testing

@testable import StatusServer

/// The documents of large snapshots are rendered on a thread of their own. The tests hold it up while it renders metrics.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct LargeDocumentTests {
    private static let endpoint = Endpoint(.loopback4, 9293)

    /// A loop with 400 targets and a client that waits for its metrics.
    private static func run(
        _ body: @escaping @Sendable (HeldLoop, StubProvider, _ waiting: Asker) throws -> Void
    ) throws {
        try PrivateNetwork.run {
            let source = try OnePass.source(repeated: 100)
            let loop = try HeldLoop(on: endpoint, source)
            source.gate.shut()
            let waiting = try Asker(endpoint)
            waiting.ask("/metrics")
            try #require(Waiting.holds { source.gate.isWaitedFor })
            try body(loop, source, waiting)
            source.gate.open()
            #expect(loop.counts() != nil)
        }
    }

    /// The next responses that the client receives to GET requests; fewer if the connection ends or they do not come.
    private static func answers(to client: Asker, count: Int = 1) -> [WireAnswer] {
        var octets: [UInt8] = []
        var answers: [WireAnswer] = []
        _ = Waiting.holds {
            guard let next = client.receive(), !next.isEmpty else { return true }
            octets += next.utf8
            let methods = [String](repeating: "GET", count: count)
            answers = (try? WireAnswer.read(octets, methods: methods)) ?? []
            return answers.count == count
        }
        return answers
    }

    private static func text(_ answer: WireAnswer?) -> String { String(decoding: answer?.content ?? [], as: UTF8.self) }

    @Test func `Other clients are answered while a large document is rendered`() throws {
        try Self.run { loop, source, waiting in
            let other = try Asker(Self.endpoint)
            for path in ["/-/healthy", "/-/ready", "/openapi.json"] {
                other.ask(path)
                #expect(other.receive()?.hasPrefix("HTTP/1.1 200 OK") == true, "\(path)")
            }
            #expect(waiting.waiting == 0)
            source.gate.open()
            let metrics = Self.answers(to: waiting).first
            #expect(metrics?.status == 200 && Self.text(metrics).contains("selfconnect_"))
            try loop.hold { .stop }
        }
    }

    @Test func `Requests behind one that waits are answered in their order`() throws {
        try Self.run { loop, source, waiting in
            waiting.ask("/-/healthy")
            waiting.ask("/metrics")
            waiting.ask("/nothing")
            let other = try Asker(Self.endpoint)
            other.ask("/-/healthy")
            #expect(other.receive() != nil && waiting.waiting == 0)
            source.gate.open()
            #expect(Self.answers(to: waiting, count: 4).map(\.status) == [200, 200, 200, 404])
            try loop.hold { .stop }
        }
    }

    @Test func `A document of an older snapshot is sent to the client that waits for it, and the next is new`() throws {
        try Self.run { loop, source, waiting in
            var snapshot = try #require(source.snapshot)
            snapshot.targets.removeLast(40)
            source.store.publish(snapshot)
            source.gate.open()
            let verdict = "verdict=\"susceptible\",severity=\"critical\",source=\"configured\"}"
            #expect(Self.text(Self.answers(to: waiting).first).contains("\(verdict) 200\n"))
            waiting.ask("/metrics")
            #expect(Self.text(Self.answers(to: waiting).first).contains("\(verdict) 180\n"))
            try loop.hold { .stop }
        }
    }

    @Test func `Small snapshots are rendered at once, and wait for a large one that is being rendered`() throws {
        try Self.run { loop, source, waiting in
            var snapshot = try #require(source.snapshot)
            snapshot.targets.removeLast(396)
            source.store.publish(snapshot)
            let other = try Asker(Self.endpoint)
            other.ask("/v1/summary")
            other.ask("/-/healthy")
            source.gate.open()
            #expect(Self.answers(to: other, count: 2).map(\.status) == [200, 200])
            #expect(Self.answers(to: waiting).map(\.status) == [200])
            try loop.hold { .stop }
        }
    }

    @Test func `A client that has gone is forgotten, and its response with it`() throws {
        try Self.run { loop, source, _ in
            let goes = try Asker(Self.endpoint)
            goes.ask("/v1/summary")
            try goes.resetOnClose()
            try loop.hold { nil }
            source.gate.open()
            let other = try Asker(Self.endpoint)
            other.ask("/v1/summary")
            #expect(other.receive()?.hasPrefix("HTTP/1.1 200 OK") == true)
            try loop.hold { .stop }
        }
    }

    @Test func `A response that is finished during shutdown is sent`() throws {
        try Self.run { loop, source, waiting in
            try loop.hold {
                source.gate.open()
                return .stop
            }
            #expect(Self.answers(to: waiting).map(\.status) == [200])
        }
    }

    @Test func `A shutdown does not wait longer than for slow readers`() throws {
        try Self.run { loop, _, waiting in
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
            #expect(waiting.receive() == "")
        }
    }

    @Test func `Responses that come later are conditional, counted and for their clients`() throws {
        try PrivateNetwork.run {
            let notices = Mutex(0)
            let routes = StatusRoutes(
                try OnePass.source(repeated: 100), AccessPolicy(token: nil, checksHosts: false),
                notify: { notices.withLock { $0 += 1 } })
            func later(_ requests: [Request]) throws -> [UInt64: Response] {
                notices.withLock { $0 = 0 }
                for (token, request) in requests.enumerated() {
                    #expect(routes.answer(request, over: .unix(""), for: UInt64(token), at: Clock.monotonic) == nil)
                }
                #expect(Waiting.holds { notices.withLock { $0 == requests.count } })
                return Dictionary(uniqueKeysWithValues: routes.finished(isCrowded: false))
            }
            let first = try later([Request.of("/v1/status"), Request.of("/v1/targets/nothing")])
            #expect(first.mapValues(\.status) == [0: .ok, 1: .notFound])
            let tag = try #require(first[0]?.entityTag)
            let second = try later([Request.of("/v1/status", "If-None-Match: \(tag)"), Request.of("/metrics")])
            #expect(second.mapValues(\.status) == [0: .notModified, 1: .ok])
            let metrics = String(decoding: second[1]?.content ?? [], as: UTF8.self)
            #expect(metrics.contains("selfconnect_http_requests_total{code=\"200\",path=\"/v1/status\"} 1\n"))
        }
    }
}
