// A connection without deadlines: order, persistence, half-closed clients, and its possible ends.

import HTTP
import TestSupport
import Testing

private let index = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
private let metrics = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
private let large = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct ConnectionTests {
    @Test("Pipelined requests are answered in order for every split of the input")
    func pipelining() throws {
        let text = index + metrics + "\r\n" + large + "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n" + metrics
        let (whole, differing) = runInEverySplit(Array(text.utf8))
        #expect(differing == [])
        #expect(whole.targets == ["/", "/metrics", "/large", "/large", "/metrics"])
        let answers = try whole.answers()
        #expect(answers.map(\.content.count) == [7, 9, 5_000, 0, 9])
        #expect(answers[3]["Content-Length"] == "5000")
        #expect(whole.end == nil)
    }

    @Test("Random splits of a long exchange do not change the responses", arguments: [20_261_122, 7, 99] as [UInt64])
    func randomSplits(seed: UInt64) {
        print("random splits with seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n"
        let octets = Array(String(repeating: index + post + large + metrics, count: 20).utf8)
        let whole = Exchange.run([octets])
        #expect(whole.requestCount == 80)
        for _ in 0..<50 {
            var pieces: [[UInt8]] = []
            var rest = octets[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...200, using: &random))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(Exchange.run(pieces) == whole)
        }
    }

    @Test("Responses that come later are those that come at once, in the same order, for every split")
    func later() {
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
        let last = "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        for text in [index + post + large + index + metrics, index + last + metrics, large + "BAD\r\n\r\n"] {
            let octets = Array(text.utf8)
            let whole = Exchange.run([octets])
            let differing = octets.indices.filter { Exchange.run(cut(octets, at: $0), isLate: true) != whole }
            #expect(differing == [])
            #expect(Exchange.run(octets.map { [$0] }, isLate: true) == whole)
        }
    }

    @Test("While a response is being made, nothing is read, and only a failure ends the connection")
    func responding() {
        var connection = Connection(limits: Limits(), at: Exchange.start)
        let action = connection.received(Array((index + metrics).utf8).span, at: Exchange.start) { _ in nil }
        #expect(action == .proceed)
        #expect(!connection.wantsRead && !connection.wantsWrite && !connection.wantsTurn && !connection.awaitsClient)
        #expect(connection.deadline == nil && connection.requestCount == 0)
        #expect(connection.timePassed(at: Exchange.start) == .proceed)
        #expect(connection.drain(at: Exchange.start) == .proceed)
        var failing = connection
        #expect(failing.transportFailed() == .close(.lost))
        let response = Response(.ok, contentType: "text/plain", content: [])
        #expect(failing.answered(response, at: Exchange.start) == .close(.lost))
        // It is the last one, because the connection drains.
        #expect(connection.answered(response, at: Exchange.start) == .proceed)
        #expect(connection.wantsWrite && !connection.wantsTurn && connection.requestCount == 1)
        #expect(connection.wrote(connection.output.count, at: Exchange.start) == .shutDownWriting)
        // Of the second request nothing is kept, so that the connection can be closed for another.
        #expect(connection.awaitsClient)
    }

    @Test("A client that shuts down its writing side still gets its responses before the end")
    func halfClosed() throws {
        let exchange = Exchange.run(index + large, ends: true)
        #expect(try exchange.answers().map(\.status) == [200, 200])
        #expect(exchange.end == .closedByClient)
        #expect(!exchange.hasShutDownWriting)
    }

    @Test(
        "A client that closes within a request gets an error",
        arguments: [
            "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell",
        ])
    func endsWithinRequest(text: String) throws {
        let exchange = Exchange.run(text, ends: true)
        #expect(try exchange.answers().map(\.status) == [400])
        #expect(exchange.end == .refused(.badRequest))
    }

    @Test("A client that closes without a request gets no response", arguments: ["", "\r\n"])
    func endsWithoutRequest(text: String) {
        let exchange = Exchange.run(text, ends: true)
        #expect(exchange.written == [])
        #expect(exchange.end == .closedByClient)
    }

    @Test("An error response to HEAD has no content")
    func errorForHead() throws {
        for (text, status) in [
            ("HEAD / HTTP/1.1\r\n\r\n", 400),
            ("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
            ("HEAD /# HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("\r\nHEAD / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("HEAD /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            ("\r\nHEAD /", 400), ("HEAD / HTTP/1.1\r\nHost", 400),
        ] {
            for end in [text.utf8.count, 7] {
                let pieces = cut(Array(text.utf8), at: min(end, text.utf8.count))
                let answers = try Exchange.run(pieces, ends: true).answers(lastIsHead: true)
                #expect(answers.map(\.status) == [status], "\(text)")
                #expect(answers.first?["Content-Length"] != "0")
            }
        }
    }

    @Test("After the last response the writing side is shut down, and further input is discarded")
    func lingering() throws {
        let exchange = Exchange.run([Array("x\r\n\r\n".utf8), Array(index.utf8), Array(index.utf8)])
        #expect(try exchange.answers().map(\.status) == [400])
        #expect(exchange.hasShutDownWriting)
        #expect(exchange.end == nil)
        #expect(exchange.requestCount == 0)
        let ended = Exchange.run([Array("x\r\n\r\n".utf8), Array(index.utf8)], ends: true)
        #expect(ended.end == .refused(.badRequest))
    }

    @Test("The last response of a connection announces the close")
    func requestLimit() throws {
        let limits = Limits(requestsPerConnection: 3)
        let exchange = Exchange.run(index + index + metrics + metrics, limits: limits, ends: true)
        let answers = try exchange.answers()
        #expect(answers.map(\.closes) == [false, false, true])
        #expect(exchange.requestCount == 3)
        #expect(exchange.end == .requestLimit)
    }

    @Test("A persistent HTTP/1.0 response has Connection: keep-alive")
    func keepAlive() throws {
        let answers = try Exchange.run("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + index).answers()
        #expect(answers.map { $0["Connection"] } == ["keep-alive", nil])
    }

    @Test("Content up to the limit keeps the connection, longer content closes it", arguments: [true, false])
    func contentLimit(isChunked: Bool) throws {
        let limits = Limits(content: 10)
        for length in [10, 11] {
            let content = String(repeating: "x", count: length)
            let text =
                isChunked
                ? "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nxxxxx\r\n"
                    + "\(length - 5)\r\n\(content.dropFirst(5))\r\n0\r\n\r\n"
                : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n\(content)"
            let exchange = Exchange.run(text + index, limits: limits, ends: true)
            #expect(try exchange.answers().map(\.status) == (length == 10 ? [405, 200] : [405]))
            #expect(exchange.end == (length == 10 ? .closedByClient : .unwantedContent))
        }
    }

    @Test(
        "Endless extensions and trailers are rejected",
        arguments: [
            ("0\r\n", "A: b\r\n"), ("0\r\nA: ", "bbbbbb"), ("1;", "aaaaaa"), ("1;a=\"", "aaaaaa"),
            ("", "1;abcdefghijklmnopqrst\r\nx\r\n"),
        ])
    func endlessTrailers(start: String, piece: String) throws {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + start
        let exchange = Exchange.run(head + String(repeating: piece, count: 6_000))
        #expect(try exchange.answers().map(\.status) == [400])
        #expect(exchange.end == nil && exchange.hasShutDownWriting)
    }

    @Test("Pipelined content is never parsed as a request")
    func pipelinedContent() {
        let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
        let length = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n" + hidden
        let size = String(hidden.utf8.count, radix: 16)
        let chunked =
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n\(hidden)\r\n0\r\n\r\n"
        for text in [length + metrics, chunked + metrics, length + chunked + metrics] {
            let (whole, differing) = runInEverySplit(Array(text.utf8))
            #expect(differing == [])
            #expect(!whole.targets.contains("/hidden"))
            #expect(whole.targets.last == "/metrics")
        }
    }

    @Test("The cost of a chunk line is linear in its length")
    func slowChunkLines() {
        var connection = Connection(limits: Limits(head: 2_000_000), at: .after(0))
        func drip(_ octets: [UInt8]) -> Duration {
            ContinuousClock().measure {
                for octet in octets {
                    let piece = [octet]
                    _ = connection.received(piece.span, at: .after(0), answer: Exchange.respond)
                }
            }
        }
        let octets = [UInt8](repeating: UInt8(ascii: "b"), count: 5_000)
        let start = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=".utf8)
        _ = connection.received(start.span, at: .after(0), answer: Exchange.respond)
        let early = drip(octets)
        let middle = [UInt8](repeating: UInt8(ascii: "b"), count: 1_000_000)
        _ = connection.received(middle.span, at: .after(0), answer: Exchange.respond)
        #expect(drip(octets) < early * 8)
        #expect(connection.output.isEmpty)
    }

    @Test("Many small chunks are accepted")
    func smallChunks() throws {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let exchange = Exchange.run(head + String(repeating: "1\r\nx\r\n", count: 20_000) + "0\r\n\r\n" + index)
        #expect(try exchange.answers().map(\.status) == [405, 200])
    }

    @Test("A transport failure closes the connection permanently")
    func transportFailed() {
        var connection = Connection(limits: Limits(), at: .after(0))
        #expect(connection.transportFailed() == .close(.lost))
        #expect(connection.timePassed(at: .after(100)) == .close(.lost))
        let octets: [UInt8] = [65]
        #expect(connection.received(octets.span, at: .after(100), answer: Exchange.respond) == .close(.lost))
        #expect(!connection.wantsRead && !connection.wantsWrite && connection.deadline == nil)
    }
}
