// Deadlines of a connection, with a clock controlled by the test.

import HTTP
import TestSupport
import Testing

private let index = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

@Suite struct ConnectionDeadlineTests {
    private var connection = Connection(limits: Limits(), at: .after(0))

    private mutating func receive(_ octets: [UInt8], at seconds: Double) -> Connection.Action {
        connection.received(octets.span, at: .after(seconds), answer: Exchange.respond)
    }

    private mutating func receive(_ text: String, at seconds: Double) -> Connection.Action {
        receive(Array(text.utf8), at: seconds)
    }

    private mutating func write(_ count: Int? = nil, at seconds: Double) -> Connection.Action {
        connection.wrote(count ?? connection.output.count, at: .after(seconds))
    }

    private mutating func statuses() throws -> [Int] {
        let octets = connection.output.withNext { first, _ in (0..<first.count).map { first[$0] } }
        return try WireAnswer.read(octets, methods: []).map(\.status)
    }

    @Test("A client that sends nothing after the accept is closed without a response")
    mutating func silentFromTheStart() {
        #expect(connection.deadline == .seconds(10))
        #expect(connection.timePassed(at: .after(9.9)) == .proceed)
        #expect(connection.timePassed(at: .after(10)) == .close(.idle))
    }

    @Test("An empty line is not a request, and the connection is closed without a response")
    mutating func emptyLineOnly() {
        _ = receive("\r\n", at: 1)
        #expect(connection.timePassed(at: .after(10)) == .close(.idle))
    }

    @Test("A slow first head is answered 408 when the time since the accept is over")
    mutating func slowFirstHead() throws {
        for second in 1...9 { #expect(receive("G", at: Double(second)) == .proceed) }
        #expect(connection.deadline == .seconds(10))
        #expect(connection.timePassed(at: .after(10)) == .proceed)
        #expect(try statuses() == [408])
        #expect(write(at: 10) == .shutDownWriting)
        #expect(connection.deadline == .seconds(12))
        #expect(connection.wantsRead)
        #expect(connection.timePassed(at: .after(11.9)) == .proceed)
        #expect(connection.timePassed(at: .after(12)) == .close(.refused(.requestTimeout)))
    }

    @Test("The time of a later head counts from its first octet")
    mutating func slowLaterHead() throws {
        _ = receive(index, at: 1)
        _ = write(at: 2)
        #expect(connection.deadline == .seconds(62))
        _ = receive("\r\n", at: 20)
        #expect(connection.deadline == .seconds(62))
        _ = receive("GE", at: 30)
        #expect(connection.deadline == .seconds(40))
        _ = receive("T", at: 39)
        #expect(connection.deadline == .seconds(40))
        #expect(connection.timePassed(at: .after(40)) == .proceed)
        #expect(try statuses() == [408])
    }

    @Test("A client that is silent between requests is closed without a response")
    mutating func idle() {
        _ = receive(index, at: 1)
        #expect(write(at: 2) == .proceed)
        #expect(connection.timePassed(at: .after(61.9)) == .proceed)
        #expect(connection.timePassed(at: .after(62)) == .close(.idle))
        #expect(!connection.wantsRead)
    }

    @Test("A write of nothing does not extend the idle time")
    mutating func emptyWrites() {
        #expect(write(0, at: 5) == .proceed)
        #expect(connection.deadline == .seconds(10))
        _ = receive(index, at: 6)
        _ = write(at: 6)
        #expect(write(0, at: 20) == .proceed)
        #expect(connection.deadline == .seconds(66))
    }

    @Test("Missing content is answered 408")
    mutating func slowContent() throws {
        _ = receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", at: 3)
        #expect(connection.deadline == .seconds(13))
        _ = receive("h", at: 12)
        #expect(connection.deadline == .seconds(13))
        #expect(connection.timePassed(at: .after(13)) == .proceed)
        #expect(try statuses() == [408])
        _ = write(at: 13)
        #expect(connection.timePassed(at: .after(15)) == .close(.refused(.requestTimeout)))
    }

    @Test("A client that reads nothing is closed; each octet that it reads extends its time")
    mutating func unread() {
        _ = receive(index, at: 5)
        #expect(connection.deadline == .seconds(35))
        #expect(write(10, at: 30) == .proceed)
        #expect(connection.deadline == .seconds(60))
        #expect(write(0, at: 50) == .proceed)
        #expect(connection.deadline == .seconds(60))
        _ = receive(index, at: 55)
        #expect(connection.deadline == .seconds(60), "a new request is no progress")
        #expect(connection.timePassed(at: .after(60)) == .close(.unread))
        #expect(!connection.wantsWrite)
    }

    @Test("The write timeout begins when output is pending, not before")
    mutating func outputAfterSilence() {
        _ = receive(index, at: 1)
        _ = write(at: 1)
        _ = receive(index, at: 50)
        #expect(connection.deadline == .seconds(80))
    }

    @Test("A response that is being read keeps an idle connection; the idle time counts from its end")
    mutating func slowReader() {
        _ = receive(index, at: 1)
        for second in stride(from: 20.0, through: 100, by: 20) { #expect(write(1, at: second) == .proceed) }
        #expect(write(at: 110) == .proceed)
        #expect(connection.deadline == .seconds(170))
    }

    @Test("The last response to a client that reads nothing is abandoned too")
    mutating func unreadRefusal() {
        _ = receive("x\r\n", at: 1)
        #expect(connection.deadline == .seconds(31))
        #expect(connection.timePassed(at: .after(31)) == .close(.unread))
    }

    @Test("A client that keeps sending after the last response is closed")
    mutating func endlessSender() {
        _ = receive("x\r\n", at: 1)
        #expect(write(at: 1) == .shutDownWriting)
        #expect(receive(index, at: 2) == .proceed)
        #expect(connection.timePassed(at: .after(3)) == .close(.refused(.badRequest)))
    }

    @Test("A client that closes after the last response is closed at once")
    mutating func endsWhileLingering() {
        _ = receive("GET / HTTP/1.0\r\n\r\n", at: 1)
        #expect(write(at: 1) == .shutDownWriting)
        #expect(connection.receivedEnd(at: .after(1)) == .close(.lastAnswer))
    }

    @Test("Draining waits for the first request of an accepted client and answers it as the last")
    mutating func drainFresh() {
        #expect(connection.drain(at: .after(1)) == .proceed)
        #expect(connection.wantsRead)
        #expect(receive(index + index, at: 2) == .proceed)
        #expect(connection.requestCount == 1)
        #expect(write(at: 2) == .shutDownWriting)
        connection = Connection(limits: Limits(), at: .after(0))
        #expect(connection.drain(at: .after(1)) == .proceed)
        #expect(connection.receivedEnd(at: .after(2)) == .close(.closedByClient))
    }

    @Test("Draining waits at most 100 ms for a client without a request")
    mutating func drainSilent() {
        #expect(connection.drain(at: .after(1)) == .proceed)
        #expect(connection.deadline == .milliseconds(1_100))
        #expect(receive("\r\n", at: 1.05) == .proceed)
        #expect(connection.timePassed(at: .after(1.09)) == .proceed)
        #expect(connection.timePassed(at: .after(1.1)) == .close(.drained))
    }

    @Test("A first request that begins during draining has its full time")
    mutating func drainFirstRequest() {
        _ = connection.drain(at: .after(1))
        #expect(receive(Array(index.prefix(5)), at: 1.05) == .proceed)
        #expect(connection.timePassed(at: .after(1.2)) == .proceed)
        #expect(receive(Array(index.dropFirst(5)), at: 1.3) == .proceed)
        #expect(connection.requestCount == 1)
        #expect(write(at: 1.3) == .shutDownWriting)
    }

    @Test("Draining does not wait for input after a last response, written before or during it")
    mutating func drainLingering() {
        _ = receive("GET / HTTP/1.0\r\n\r\n", at: 1)
        #expect(write(at: 1) == .shutDownWriting)
        #expect(connection.drain(at: .after(1.5)) == .proceed)
        #expect(connection.timePassed(at: .after(1.6)) == .close(.lastAnswer))
        connection = Connection(limits: Limits(), at: .after(0))
        _ = connection.drain(at: .after(1))
        _ = receive(index, at: 1)
        #expect(write(at: 1.2) == .shutDownWriting)
        #expect(connection.timePassed(at: .after(1.29)) == .proceed)
        #expect(connection.timePassed(at: .after(1.31)) == .close(.drained))
    }

    @Test("Draining closes an idle connection at once")
    mutating func drainIdle() {
        _ = receive(index, at: 1)
        _ = write(at: 1)
        #expect(connection.drain(at: .after(2)) == .close(.drained))
    }

    @Test("Draining answers a request that has begun as the last one")
    mutating func drainWithinRequest() throws {
        _ = receive(Array(index.prefix(5)), at: 1)
        #expect(connection.drain(at: .after(2)) == .proceed)
        #expect(receive(index.dropFirst(5) + index, at: 3) == .proceed)
        let octets = connection.output.withNext { first, _ in (0..<first.count).map { first[$0] } }
        let answers = try WireAnswer.read(octets, methods: [])
        #expect(answers.map(\.status) == [200])
        #expect(answers.first?.closes == true)
        #expect(write(at: 3) == .shutDownWriting)
        #expect(connection.timePassed(at: .after(5)) == .close(.drained))
    }

    @Test("Draining completes a response that is being written")
    mutating func drainWhileWriting() {
        _ = receive(index, at: 1)
        _ = write(10, at: 1)
        #expect(connection.drain(at: .after(2)) == .proceed)
        #expect(receive(index, at: 2) == .proceed)
        #expect(connection.requestCount == 1)
        #expect(write(at: 3) == .shutDownWriting)
    }

    @Test("A slow request times out during draining too")
    mutating func drainSlowRequest() throws {
        _ = receive("GET", at: 1)
        _ = connection.drain(at: .after(2))
        #expect(connection.timePassed(at: .after(10)) == .proceed)
        #expect(try statuses() == [408])
    }
}
