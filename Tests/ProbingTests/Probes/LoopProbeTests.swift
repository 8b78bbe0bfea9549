import Linux
import Probing
import SelfConnect
import TestSupport
import Testing

@Suite(.enabled(if: PrivateNetwork.isAvailable, "\(PrivateNetwork.hindrance ?? "")"))
struct LoopProbeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let kind: ClientKind
        let endpoint: String

        /// Whether this kernel has such clients.
        var isPossible: Bool { kind != .range || KernelFeature.hasLocalPortRange }

        var testDescription: String { "\(kind.rawValue) to \(endpoint)" }
    }

    // In a range of 200 ports that starts at an even one. Clients that bind first with the probe's SO_REUSEADDR get odd
    // ports of its lower half.
    static let rows = [
        Row(kind: .connect, endpoint: "127.0.0.1:40002"), Row(kind: .connect, endpoint: "[::1]:40198"),
        Row(kind: .connect, endpoint: "[::ffff:127.0.0.1]:40002"), Row(kind: .bind, endpoint: "127.0.0.1:40003"),
        Row(kind: .bind, endpoint: "[::1]:40003"), Row(kind: .bind, endpoint: "127.0.0.2:40003"),
        Row(kind: .bindLate, endpoint: "127.0.0.1:40002"), Row(kind: .bindLate, endpoint: "127.0.0.2:40002"),
        Row(kind: .range, endpoint: "127.0.0.1:40002"),
        Row(kind: .range, endpoint: KernelFeature.rangeWalksBothParities ? "[::1]:40003" : "[::1]:40004"),
    ]

    @Test("A loop closes as every client kind", arguments: rows.filter(\.isPossible)) func closes(row: Row) throws {
        let endpoint = try Endpoint(row.endpoint)
        let (seen, attempts, left) = try Self.loop(to: endpoint, ProbePlan(client: row.kind, attempts: 200_000))
        #expect(seen.outcome == .selfConnected)
        #expect(seen.client == row.kind)
        #expect(seen.local == seen.peer)
        #expect(seen.local?.unmapped == endpoint.unmapped)
        #expect(seen.attempts == attempts)
        #expect((1...200_000).contains(attempts))
        #expect(left == 0)
    }

    @Test(
        "A loop that cannot close is exhausted after exactly its attempts",
        arguments: [
            Row(kind: .connect, endpoint: "127.0.0.1:40003"),  // the other parity
            Row(kind: .connect, endpoint: "127.0.0.2:40002"),  // the route's source is another address
            Row(kind: .bind, endpoint: "127.0.0.1:40002"),
            Row(kind: .bindLate, endpoint: "127.0.0.1:30000"),  // outside the range
            Row(kind: .range, endpoint: "127.0.0.1:40105"),  // reserved
        ].filter(\.isPossible))
    func exhausted(row: Row) throws {
        let endpoint = try Endpoint(row.endpoint)
        let (seen, attempts, left) = try Self.loop(
            to: endpoint, ProbePlan(client: row.kind, attempts: 3001), reserved: "40100-40109")
        #expect(seen.outcome == .exhausted)
        #expect(seen.attempts == 3001)
        #expect(attempts == 3001)
        #expect(left == 0)
    }

    @Test("A plan without attempts makes no attempt") func noAttempts() throws {
        let seen = try Self.loop(to: Endpoint("127.0.0.1:40002"), ProbePlan(attempts: 0)).seen
        #expect(seen.outcome == .exhausted)
        #expect(seen.attempts == 0)
    }

    @Test("A loop ends when the time of its plan is over") func time() throws {
        let seen = try Self.loop(
            to: Endpoint("127.0.0.1:40003"), ProbePlan(attempts: .max, time: .milliseconds(50)), slice: 100
        ).seen
        #expect(seen.outcome == .exhausted)
        #expect(seen.elapsed >= .milliseconds(50) && seen.elapsed < .seconds(2))
        #expect(seen.attempts > 0)
    }

    @Test("A slice makes no more attempts than it is given", arguments: [.connect, .bind] as [ClientKind])
    func slices(kind: ClientKind) throws {
        let counts = try PrivateNetwork.run {
            var probe = try LoopProbe(to: Endpoint("127.0.0.1:30000"), plan: ProbePlan(client: kind, attempts: 250))
            var counts: [Int] = []
            while probe.advance(100) == nil { counts.append(probe.attempts) }
            return counts
        }
        #expect(counts == [100, 200, 250])
    }

    @Test(
        "A reached listener ends the loop and accepts no connection",
        arguments: [.connect, .bind] as [ClientKind])
    func reachedListener(kind: ClientKind) throws {
        let (seen, left) = try PrivateNetwork.run {
            let endpoint = try Endpoint("127.0.0.1:40004")
            let server = try PlainSocket.listener(on: endpoint)
            var probe = try LoopProbe(to: endpoint, plan: ProbePlan(client: kind, attempts: 10))
            let seen = probe.advance(10)
            #expect(!server.hasWaitingConnection)
            withExtendedLifetime(server) {}
            return (seen, try PrivateNetwork.socketsLeft())
        }
        #expect(seen?.outcome == .reachedListener)
        #expect(seen?.attempts == 1)
        #expect("\(seen?.peer.map { "\($0)" } ?? "")" == "127.0.0.1:40004")
        #expect(seen?.local != seen?.peer)
        #expect(left.isEmpty)
    }

    @Test(
        "A packet filter that drops ends the loop at the timeout of the second attempt",
        .enabled(if: PacketFilter.isAvailable, "\(PacketFilter.hindrance ?? "")"))
    func timedOut() throws {
        let (seen, left) = try PrivateNetwork.run {
            try PacketFilter.onOutput("tcp dport 40002 drop")
            let plan = ProbePlan(attempts: 1000, attemptTimeout: .milliseconds(100))
            var probe = try LoopProbe(to: Endpoint("127.0.0.1:40002"), plan: plan)
            let first = probe.advance(1000)
            #expect(first == nil)
            return (probe.advance(1000), try PrivateNetwork.socketsLeft())
        }
        #expect(seen?.outcome == .timedOut)
        #expect(seen?.attempts == 2)
        #expect(left.isEmpty)
        #expect(seen.map { $0.elapsed < .seconds(2) } == true)
    }

    @Test("Without a route the loop fails with the error's name") func failed() throws {
        let seen = try PrivateNetwork.run {
            var probe = try LoopProbe(to: Endpoint("192.0.2.1:40002"), plan: ProbePlan(attempts: 10))
            return probe.advance(10)
        }
        #expect(seen?.outcome == .failed)
        #expect(seen?.error == "ENETUNREACH")
        #expect(seen?.attempts == 1)
    }

    @Test("A loop can be stopped with a reason") func stop() throws {
        let (seen, left) = try PrivateNetwork.run {
            var probe = try LoopProbe(to: Endpoint("127.0.0.1:40003"), plan: ProbePlan(attempts: 1000))
            _ = probe.advance(10)
            return (probe.stop(.skipped, because: "a server began to listen"), try PrivateNetwork.socketsLeft())
        }
        #expect(seen.outcome == .skipped)
        #expect(seen.detail == "a server began to listen")
        #expect(seen.attempts == 10)
        #expect(left.isEmpty)
    }

    @Test("A self-connection can be kept open until the probe is released") func hold() throws {
        let (held, left) = try PrivateNetwork.run(range: PortRange(40002, 40002), reserved: "") {
            var held: [SocketRecord]?
            do {
                var probe = try LoopProbe(to: Endpoint("127.0.0.1:40002"), plan: ProbePlan(attempts: 10))
                _ = probe.advance(10)
                probe.hold { held = try? PrivateNetwork.sockets() }
            }
            return (held, try PrivateNetwork.socketsLeft())
        }
        #expect(held?.map(\.namesAreEqual) == [true])
        #expect(left.isEmpty)
    }

    /// Runs a loop to its end in a range of 200 ports: its observation, its number of attempts, and the sockets left.
    private static func loop(
        to endpoint: Endpoint, _ plan: ProbePlan, slice: Int = 1000, reserved: String = ""
    ) throws -> (seen: Observation, attempts: Int, left: Int) {
        try PrivateNetwork.run(range: PortRange(40000, 40199), reserved: reserved) {
            let (seen, attempts) = try run(to: endpoint, plan, slice)
            return (seen, attempts, try PrivateNetwork.socketsLeft().count)
        }
    }

    private static func run(
        to endpoint: Endpoint, _ plan: ProbePlan, _ slice: Int
    ) throws -> (seen: Observation, attempts: Int) {
        var probe = try LoopProbe(to: endpoint, plan: plan)
        while true {
            if let seen = probe.advance(slice) { return (seen, probe.attempts) }
        }
    }
}
