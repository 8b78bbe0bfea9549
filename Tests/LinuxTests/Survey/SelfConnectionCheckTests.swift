// Self-connection checks with made-up counters and responses.

import SelfConnect
import Testing

@testable import Linux

@Suite struct SelfConnectionCheckTests {
    private static let endpoint = Endpoint(.loopback4, 40_000)
    private static let idle = SegmentCounters(segmentsOut: 3, segmentsIn: 3)
    private static let redirected = SegmentCounters(segmentsOut: 2, segmentsIn: 1)
    /// Of a socket that is not established yet.
    private static let attempt = SegmentCounters(segmentsOut: 1, segmentsIn: 0)
    private static let exchanged = SegmentCounters(
        segmentsOut: 9, segmentsIn: 9, dataSegmentsOut: 6, dataSegmentsIn: 6, bytesSent: 6, bytesReceived: 6)
    /// Of a connection to a service that has just responded and is not acknowledged yet.
    private static let exchanging = SegmentCounters(
        segmentsOut: 10, segmentsIn: 9, dataSegmentsOut: 6, dataSegmentsIn: 6, bytesSent: 6, bytesReceived: 6)

    private static func connection(inode: UInt32 = 7) -> SocketRecord {
        SocketRecord(state: .established, local: endpoint, peer: endpoint, inode: inode)
    }

    /// Simulated sockets: each read and each query returns the next of these values, then the last one again.
    private struct World {
        var sockets = [connection()]
        var counters: [SegmentCounters?]
        var answers: [ServiceCheck.Answer] = []
        var sinceSending = Duration.seconds(1)
        var looks = 0
        var queries = 0

        mutating func proof(
            by check: inout SelfConnectionCheck, isWhole: Bool = true
        ) throws(SystemCallError) -> SelfConnectionProof? {
            var table = SocketTable(sockets)
            var (looks, queries) = (looks, queries)
            let (counters, answers, sinceSending) = (counters, answers, sinceSending)
            try check.settle(&table, isWhole: isWhole) { _ throws(SystemCallError) in
                defer { looks += 1 }
                return counters[min(looks, counters.count - 1)].map {
                    ConnectionInformation(counters: $0, sinceSending: sinceSending)
                }
            } answer: { endpoint, _ throws(SystemCallError) in
                defer { queries += 1 }
                guard endpoint == SelfConnectionCheckTests.endpoint, !answers.isEmpty else {
                    throw SystemCallError("connect", code: 0)
                }
                return answers[min(queries, answers.count - 1)]
            }
            (self.looks, self.queries) = (looks, queries)
            return table.sockets(on: endpoint.port).first { $0.local == $0.peer }?.selfConnection
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let counters: [SegmentCounters?]
        var answer: ServiceCheck.Answer?
        let proof: SelfConnectionProof
        let looks: Int

        init(
            _ description: String, _ counters: [SegmentCounters?], _ proof: SelfConnectionProof, looks: Int,
            answer: ServiceCheck.Answer? = nil
        ) {
            testDescription = description
            self.counters = counters
            self.answer = answer
            self.proof = proof
            self.looks = looks
        }
    }

    static let rows = [
        Row("nothing was exchanged, all is equal", [idle], .proved, looks: 1),
        Row("fewer segments received than a self-connection has", [redirected], .refuted, looks: 2),
        Row("of the next attempt of the same socket, then equal", [attempt, idle], .proved, looks: 2),
        Row("of the next attempt, which has gone", [attempt, nil], .unconfirmed, looks: 2),
        Row("unequal, and it stays so", [exchanging], .refuted, looks: 2),
        Row("equal after an exchange, and no service answers", [exchanged], .proved, looks: 1, answer: .refused),
        Row("equal after an exchange, and a service answers", [exchanged], .unconfirmed, looks: 1, answer: .answered),
        Row(
            "equal after an exchange, and it is unknown whether a service answers", [exchanged], .unconfirmed, looks: 1,
            answer: .unknown),
        Row("under way, then equal", [exchanging, exchanged], .proved, looks: 2, answer: .refused),
        Row("it has gone", [nil], .unconfirmed, looks: 1),
        Row(
            "always under way",
            (0..<9 as Range<UInt32>).map { step in
                var counters = exchanging
                counters.segmentsOut += step
                counters.segmentsIn += step
                return counters
            }, .unconfirmed, looks: 4),
    ]

    @Test("The counters decide, and after an exchange of data a request to the service", arguments: rows)
    func proof(row: Row) throws {
        var world = World(counters: row.counters, answers: row.answer.map { [$0] } ?? [])
        var check = SelfConnectionCheck()
        #expect(try world.proof(by: &check) == row.proof)
        #expect(world.looks == row.looks && world.queries == (row.answer == nil ? 0 : 1))
    }

    @Test("Unequal counters refute nothing while a segment may be in transit, as in the middle of a handshake")
    func handshake() throws {
        var check = SelfConnectionCheck()
        let handshake = SegmentCounters(segmentsOut: 3, segmentsIn: 2)
        var world = World(counters: [handshake], sinceSending: .milliseconds(20))
        #expect(try world.proof(by: &check) == .unconfirmed)
        world = World(counters: [Self.idle], sinceSending: .milliseconds(20))
        #expect(try world.proof(by: &check) == .proved)
        check = SelfConnectionCheck()
        world = World(counters: [handshake], sinceSending: .milliseconds(50))
        #expect(try world.proof(by: &check) == .refuted)
    }

    @Test("A proof or refutation is final and needs no further work") func memory() throws {
        for (first, answers, proof) in [
            ([Self.idle], [], .proved), ([Self.exchanged], [.refused], .proved),
            ([Self.redirected, Self.redirected], [], .refuted),
        ] as [([SegmentCounters], [ServiceCheck.Answer], SelfConnectionProof)] {
            var world = World(counters: first + [Self.exchanged], answers: answers)
            var check = SelfConnectionCheck()
            for isWhole in [true, true, false, true] {
                #expect(try world.proof(by: &check, isWhole: isWhole) == proof)
            }
            #expect(world.looks == first.count)
        }
    }

    @Test("A service that has answered is asked once; the counters can still refute the connection")
    func askedOnce() throws {
        var world = World(
            counters: [Self.exchanged, Self.exchanged, Self.exchanged, Self.exchanging], answers: [.answered, .refused])
        var check = SelfConnectionCheck()
        for _ in 0..<3 { #expect(try world.proof(by: &check) == .unconfirmed) }
        #expect(try world.proof(by: &check) == .refuted)
        #expect(world.queries == 1)
    }

    @Test("A request without a response is repeated") func unanswered() throws {
        var world = World(counters: [Self.exchanged], answers: [.unknown, .refused])
        var check = SelfConnectionCheck()
        #expect(try world.proof(by: &check) == .unconfirmed)
        #expect(try world.proof(by: &check) == .proved)
    }

    @Test("A new connection with the same endpoints is checked again") func replaced() throws {
        var check = SelfConnectionCheck()
        var world = World(counters: [Self.redirected])
        #expect(try world.proof(by: &check) == .refuted)
        world = World(sockets: [Self.connection(inode: 8)], counters: [Self.idle])
        #expect(try world.proof(by: &check) == .proved)
        // The first connection has gone, and so has its result.
        world = World(counters: [Self.idle])
        #expect(try world.proof(by: &check) == .proved)
    }

    @Test("A socket whose peer is the connection is its service, and no request is sent")
    func partner() throws {
        let service = SocketRecord(
            state: .established, local: Endpoint(.loopback4, 8080), peer: Self.endpoint, inode: 9)
        var world = World(sockets: [Self.connection(), service], counters: [Self.exchanged])
        var check = SelfConnectionCheck()
        #expect(try world.proof(by: &check) == .unconfirmed)
        // The same connection with its own other end on this host, which has the same port by chance.
        let client = SocketRecord(state: .established, local: Self.endpoint, peer: service.local, inode: 10)
        world = World(sockets: [Self.connection(), service, client], counters: [Self.exchanged], answers: [.refused])
        check = SelfConnectionCheck()
        #expect(try world.proof(by: &check) == .proved)
    }
}
