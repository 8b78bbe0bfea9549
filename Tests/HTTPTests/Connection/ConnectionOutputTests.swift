// Pending output: the pieces, partial writes, and the limit for pipelining clients.

import HTTP
import TestSupport
import Testing

private let large = Array("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
private let index = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

@Suite struct ConnectionOutputTests {
    @Test("Large content is written without a copy after its head")
    func pieces() {
        var connection = Connection(limits: Limits(), at: .after(0))
        let requests = large + index + large
        #expect(connection.received(requests.span, at: .after(0), answer: Exchange.respond) == .proceed)
        for _ in 0..<2 {
            let length = connection.output.withNext { head, content in
                let isShared = Exchange.large.withUnsafeBufferPointer { original in
                    content.withUnsafeBufferPointer { $0.baseAddress == original.baseAddress }
                }
                #expect(isShared, "the content was copied")
                #expect(content.count == 5_000)
                return head.count + content.count
            }
            #expect(connection.wrote(length, at: .after(0)) == .proceed)
        }
        #expect(connection.output.isEmpty)
    }

    @Test("Of many requests in one read four are answered before output is written, including HEAD")
    func answersAtOnce() {
        let head = Array("HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var connection = Connection(limits: Limits(), at: .after(0))
        let requests = Array(repeating: head, count: 10).flatMap(\.self)
        _ = connection.received(requests.span, at: .after(0), answer: Exchange.respond)
        #expect(connection.requestCount == 4 && !connection.wantsRead)
        // A partial write does not free space.
        _ = connection.wrote(1, at: .after(0))
        #expect(!connection.wantsTurn)
        for expected in [8, 10] {
            _ = connection.wrote(connection.output.count, at: .after(0))
            #expect(connection.wantsTurn && !connection.wantsRead && !connection.wantsWrite)
            _ = connection.takeTurn(at: .after(0), answer: Exchange.respond)
            #expect(connection.requestCount == expected)
        }
        _ = connection.wrote(connection.output.count, at: .after(0))
        #expect(connection.wantsRead && !connection.wantsTurn && !connection.wantsWrite)
    }

    @Test("Writing handles no request: pending input waits for the next turn, and its client is not idle")
    func writingIsNoTurn() {
        var connection = Connection(limits: Limits(), at: .after(0))
        let requests = Array(repeating: index, count: 6).flatMap(\.self)
        _ = connection.received(requests.span, at: .after(0), answer: Exchange.respond)
        _ = connection.wrote(connection.output.count, at: .after(0))
        #expect(connection.requestCount == 4 && connection.wantsTurn)
        #expect(connection.deadline == nil)
    }

    @Test("A turn that is out of time ends after the response and loses no input")
    func turnsEndByTime() throws {
        var exchange = Exchange()
        var connection = Connection(limits: Limits(), at: .after(0))
        let requests = Array(repeating: index, count: 3).flatMap(\.self)
        _ = connection.received(
            requests.span, at: .after(0), hasTime: { false }, answer: { exchange.answer($0) })
        #expect(connection.requestCount == 1 && connection.wantsTurn && !connection.wantsRead)
        _ = connection.takeTurn(at: .after(0), hasTime: { false }, answer: { exchange.answer($0) })
        #expect(connection.requestCount == 2 && connection.wantsTurn)
        #expect(connection.receivedEnd(at: .after(0)) == .proceed)
        exchange.writeOut(&connection)
        #expect(try exchange.answers().map(\.status) == [200, 200, 200])
        #expect(exchange.end == .closedByClient)
    }

    @Test("A turn renders at most four responses while no output is written")
    func turnsWithoutReading() {
        var connection = Connection(limits: Limits(), at: .after(0))
        let requests = Array(repeating: index, count: 10).flatMap(\.self)
        _ = connection.received(requests.span, at: .after(0), hasTime: { false }, answer: Exchange.respond)
        for _ in 0..<10 { _ = connection.takeTurn(at: .after(0), hasTime: { false }, answer: Exchange.respond) }
        #expect(connection.requestCount == 4 && !connection.wantsTurn)
    }

    @Test("Writing octet by octet gives the same output")
    func partialWrites() throws {
        let requests = large + index + index + large + large
        var connection = Connection(limits: Limits(), at: .after(0))
        _ = connection.received(requests.span, at: .after(0), answer: Exchange.respond)
        var written: [UInt8] = []
        while connection.wantsWrite {
            written.append(connection.output.withNext { first, _ in first[0] })
            #expect(connection.wrote(1, at: .after(0)) == .proceed)
            if connection.wantsTurn { _ = connection.takeTurn(at: .after(0), answer: Exchange.respond) }
        }
        #expect(written == Exchange.run([requests]).written)
        #expect(connection.output.isEmpty)
    }

    @Test("Random write sizes give the same output", arguments: [3, 1_000_003] as [UInt64])
    func randomWrites(seed: UInt64) {
        print("random writes with seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let requests = Array([large, index, index, large].joined()) + large + index
        let expected = Exchange.run([requests]).written
        for _ in 0..<100 {
            var connection = Connection(limits: Limits(pendingOutput: 6_000), at: .after(0))
            _ = connection.received(requests.span, at: .after(0), answer: Exchange.respond)
            var written: [UInt8] = []
            while connection.wantsWrite {
                let next = connection.output.withNext { first, second in
                    (0..<first.count).map { first[$0] } + (0..<second.count).map { second[$0] }
                }
                let count = Int.random(in: 1...next.count, using: &random)
                written += next.prefix(count)
                _ = connection.wrote(count, at: .after(0))
                _ = connection.takeTurn(at: .after(0), answer: Exchange.respond)
            }
            #expect(written == expected)
        }
    }

    @Test("A client that pipelines and does not read is throttled and loses no response")
    func backPressure() throws {
        var exchange = Exchange()
        var connection = Connection(limits: Limits(pendingOutput: 12_000), at: .after(0))
        let requests = Array([[UInt8]](repeating: large, count: 10).joined()) + index.dropLast(5)
        _ = connection.received(requests.span, at: .after(1), answer: { exchange.answer($0) })
        #expect(connection.requestCount == 3)
        #expect(!connection.wantsRead)
        #expect(connection.deadline == .seconds(31), "only the reader is waited for")
        let rest = Array(index.suffix(5))
        _ = connection.received(rest.span, at: .after(2), answer: { exchange.answer($0) })
        #expect(connection.requestCount == 3)
        #expect(!connection.wantsTurn)
        #expect(connection.wrote(6_000, at: .after(3)) == .proceed)
        #expect(connection.takeTurn(at: .after(3), answer: { exchange.answer($0) }) == .proceed)
        #expect(connection.requestCount == 4)
        #expect(!connection.wantsRead)
        exchange.writeOut(&connection)
        #expect(exchange.targets == [String](repeating: "/large", count: 10) + ["/"])
        #expect(connection.wantsRead)
        #expect(connection.deadline == .seconds(60))
    }

    @Test("A throttled client that shuts down its writing side gets all responses")
    func backPressureThenEnd() {
        var exchange = Exchange()
        var connection = Connection(limits: Limits(pendingOutput: 1_000), at: .after(0))
        let requests = large + large + index
        _ = connection.received(requests.span, at: .after(0), answer: { exchange.answer($0) })
        #expect(connection.receivedEnd(at: .after(0)) == .proceed)
        #expect(connection.requestCount == 1)
        exchange.writeOut(&connection)
        #expect(exchange.targets == ["/large", "/large", "/"])
        #expect(exchange.end == .closedByClient)
    }

    @Test("A throttled client is drained after the response to its last request")
    func backPressureThenDrain() throws {
        var exchange = Exchange()
        var connection = Connection(limits: Limits(pendingOutput: 1_000), at: .after(0))
        let requests = large + large + index
        _ = connection.received(requests.span, at: .after(0), answer: { exchange.answer($0) })
        #expect(connection.drain(at: .after(0)) == .proceed)
        let first = connection.output.count
        exchange.writeOut(&connection)
        #expect(exchange.written.count > first)
        let answers = try WireAnswer.read(exchange.written, methods: exchange.methods)
        #expect(answers.map(\.closes) == [false, true])
        #expect(exchange.hasShutDownWriting)
    }

    @Test("An error in a throttled request is found when it is parsed")
    func backPressureThenError() throws {
        var exchange = Exchange()
        var connection = Connection(limits: Limits(pendingOutput: 1_000), at: .after(0))
        let requests = large + Array("x\r\n\r\n".utf8) + index
        _ = connection.received(requests.span, at: .after(0), answer: { exchange.answer($0) })
        exchange.writeOut(&connection)
        #expect(try exchange.answers().map(\.status) == [200, 400])
        #expect(exchange.hasShutDownWriting)
    }
}
