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

    @Test func `A shutdown waits no longer than for slow readers, and excuses those that get no document`() throws {
        try Self.run { loop, _, waiting in
            try loop.hold { .stop }
            #expect(Self.answers(to: waiting).map(\.status) == [503])
            #expect(loop.counts() != nil)
        }
    }

    @Test func `More clients than connections lose no request for documents`() throws {
        try PrivateNetwork.run {
            let source = try OnePass.source(repeated: 100)
            let loop = try HeldLoop(on: Self.endpoint, source) {
                $0.connections = (total: 8, perClient: 8)
            }
            var clients: [Asker] = []
            try loop.hold {
                clients = try (0..<40).map { _ in try Asker(Self.endpoint) }
                for client in clients { client.ask("/v1/summary") }
                return nil
            }
            #expect(clients.map { Self.answers(to: $0).first?.status } == [Int?](repeating: 200, count: 40))
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    @Test func `A new client gets a connection when the next document is finished`() throws {
        try PrivateNetwork.run {
            let source = try OnePass.source(repeated: 100)
            let loop = try HeldLoop(on: Self.endpoint, source) {
                $0.connections = (total: 4, perClient: 4)
            }
            source.gate.shut()
            let clients = try (0..<4).map { _ in try Asker(Self.endpoint) }
            for client in clients { client.ask("/metrics") }
            try #require(Waiting.holds { source.gate.isWaitedFor })
            // Until the loop has read all four requests.
            try loop.hold { nil }
            let other = try Asker(Self.endpoint)
            other.ask("/-/healthy")
            source.gate.open()
            #expect(Self.answers(to: other).map(\.status) == [200])
            for client in clients { #expect(Self.answers(to: client).map(\.status) == [200]) }
            try loop.hold { .stop }
            #expect(loop.counts() != nil)
        }
    }

    // MARK: Routes

    /// The responses to these requests, by their places in the list.
    private static func later(_ requests: [Request], of routes: StatusRoutes) throws -> [UInt64: Response] {
        for (token, request) in requests.enumerated() {
            #expect(routes.answer(request, over: .unix(""), for: UInt64(token), at: Clock.monotonic) == nil)
        }
        var responses: [UInt64: Response] = [:]
        while routes.waitForFinished() {
            while let finished = routes.nextFinished() {
                responses[finished.token] = routes.response(finished, isCrowded: false)
            }
        }
        return responses
    }

    private static func routes(_ source: StubProvider) -> StatusRoutes {
        StatusRoutes(source, AccessPolicy(token: nil, checksHosts: false))
    }

    @Test func `Responses that come later are conditional, counted and for their clients`() throws {
        try PrivateNetwork.run {
            let routes = Self.routes(try OnePass.source(repeated: 100))
            let first = try Self.later([Request.of("/v1/status"), Request.of("/v1/targets/nothing")], of: routes)
            #expect(first.mapValues(\.status) == [0: .ok, 1: .notFound])
            let tag = try #require(first[0]?.entityTag)
            let second = try Self.later(
                [Request.of("/v1/status", "If-None-Match: \(tag)"), Request.of("/metrics")], of: routes)
            #expect(second.mapValues(\.status) == [0: .notModified, 1: .ok])
            let metrics = String(decoding: second[1]?.content ?? [], as: UTF8.self)
            #expect(metrics.contains("selfconnect_http_requests_total{code=\"200\",path=\"/v1/status\"} 1\n"))
        }
    }

    @Test func `The request of a client that has gone is not rendered, and its response is dropped`() throws {
        try PrivateNetwork.run {
            let source = try OnePass.source(repeated: 100)
            let routes = Self.routes(source)
            source.gate.shut()
            for (token, path) in ["/metrics", "/v1/summary", "/v1/kernel", "/v1/sockets"].enumerated() {
                let request = try Request.of(path)
                #expect(routes.answer(request, over: .unix(""), for: UInt64(token), at: Clock.monotonic) == nil)
            }
            try #require(Waiting.holds { source.gate.isWaitedFor })
            routes.cancel(2)
            source.gate.open()
            var tokens: [UInt64] = []
            while tokens.count < 3, routes.waitForFinished() {
                while let finished = routes.nextFinished() { tokens.append(finished.token) }
            }
            #expect(tokens == [0, 1, 3])
            #expect(!routes.waitForFinished())
        }
    }

    @Test func `With too much unsent data, a large response that comes later is an excuse`() throws {
        try PrivateNetwork.run {
            let routes = Self.routes(try OnePass.source(repeated: 100))
            #expect(try routes.answer(Request.of("/v1/status"), over: .unix(""), at: Clock.monotonic) == nil)
            try #require(routes.waitForFinished())
            let finished = try #require(routes.nextFinished())
            #expect(routes.response(finished, isCrowded: true).status == .serviceUnavailable)
        }
    }

    @Test func `A snapshot is large if it has more than 250 targets, namespaces, sockets and parts of the map`() throws
    {
        try PrivateNetwork.run {
            let source = try OnePass.source(repeated: 62)
            var snapshot = try #require(source.snapshot)
            let namespaces = snapshot.rowCount - 248
            let socket = SocketRecord(
                state: .established, local: Self.endpoint, peer: Self.endpoint, uid: 0, inode: 1)
            snapshot.host.census.selfConnections = [Holder](
                repeating: Holder(state: .selfConnected, socket: socket, conflicts: true), count: 2 - namespaces)
            #expect(snapshot.rowCount == 250)
            source.store.publish(snapshot)
            #expect(
                try Self.routes(source).answer(Request.of("/v1/summary"), over: .unix(""), at: Clock.monotonic) != nil)
            snapshot.targets.append(snapshot.targets[0])
            source.store.publish(snapshot)
            #expect(
                try Self.routes(source).answer(Request.of("/v1/summary"), over: .unix(""), at: Clock.monotonic) == nil)
        }
    }
}
