// The properties of a parsed request, and the exact limits of the parser.

import HTTP
import TestSupport
import Testing

@Suite struct RequestParserTests {
    @Test("A request has the values of its head")
    func wholeRequest() throws {
        let request = try request(
            "GET /v1/targets/%5B::1%5D:50010?verdict=latent&note=a+b%2Bc&flag HTTP/1.1\r\n"
                + "Host: LocalHost:9293\r\nX-One: 1\r\nx-one: \t2 \r\nEmpty:\r\n\r\n")
        #expect(request.method == .get)
        #expect(request.minorVersion == 1)
        #expect(request.target.form == .origin)
        #expect(request.target.path == "/v1/targets/%5B::1%5D:50010")
        #expect(request.target.segments == ["v1", "targets", "[::1]:50010"])
        #expect(request.target.query.map(\.name) == ["verdict", "note", "flag"])
        #expect(request.target.query.map(\.value) == ["latent", "a b+c", ""])
        #expect(request.query("verdict") == "latent")
        #expect(request.query("severity") == nil)
        #expect(request.host == "localhost")
        #expect(request.authority?.port == 9293)
        #expect(request.fields["X-ONE"] == "1")
        #expect(request.fields.values("X-One") == ["1", "2"])
        #expect(request.fields["empty"] == "")
        #expect(request.fields["absent"] == nil)
        #expect(request.fields["X-On"] == nil)
        #expect(request.fields.count == 4)
        #expect(request.framing == .none)
        #expect(request.expectation == .none)
        #expect(request.wantsKeepAlive)
    }

    @Test("The authority of the absolute form replaces the Host field")
    func absoluteForm() throws {
        let request = try request("GET http://LOCALHOST:80?a=1 HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
        #expect(request.target.form == .absolute)
        #expect(request.host == "localhost")
        #expect(request.target.path == "/")
        #expect(request.target.segments == [""])
        #expect(request.query("a") == "1")
    }

    @Test(
        "Each path segment is decoded once, separately",
        arguments: [
            ("/", [""]), ("/a", ["a"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a%2Fb/c", ["a/b", "c"]),
            ("/%252F", ["%2F"]), ("/%41%c3%a9", ["Aé"]), ("/a+b", ["a+b"]), ("/../a", ["..", "a"]),
            ("/[::1]:50010", ["[::1]:50010"]),
        ])
    func segments(target: String, segments: [String]) throws {
        #expect(try get(target).target.segments == segments)
    }

    @Test("Methods are case-sensitive")
    func methods() throws {
        let known: [Method] = [.get, .head, .options, .post, .put, .delete, .patch, .trace]
        for method in known {
            #expect(try request("\(method.name) / HTTP/1.1\r\nHost: a\r\n\r\n").method == method)
        }
        #expect(try request("Get / HTTP/1.1\r\nHost: a\r\n\r\n").method == .unknown("Get"))
        #expect(try request("CONNECT [::1]:1 HTTP/1.1\r\nHost: a\r\n\r\n").target.form == .authority)
    }

    @Test(
        "An octet is accepted in each part of a head where the grammar allows it",
        arguments: 0...255 as ClosedRange<UInt8>)
    func octets(_ octet: UInt8) {
        func accepts(_ before: String, _ after: String) -> Bool {
            var parser = RequestParser(limits: Limits())
            let head = Array(before.utf8) + [octet] + Array(after.utf8)
            guard case .request = parser.parse(head.span).outcome else { return false }
            return true
        }
        let (character, isASCII) = (Character(UnicodeScalar(octet)), octet < 128)
        func isOne(of others: String) -> Bool {
            isASCII && (character.isLetter || character.isNumber || others.contains(character))
        }
        #expect(accepts("G", "T / HTTP/1.1\r\nHost: a\r\n\r\n") == isOne(of: "!#$%&'*+-.^_`|~"))
        #expect(accepts("GET /", " HTTP/1.1\r\nHost: a\r\n\r\n") == isOne(of: "-._~!$&'()*+,;=:@/?[]"))
        #expect(accepts("GET / HTTP/1.1\r\nHost: a", "b\r\n\r\n") == isOne(of: "-._~!$&'()*+,;="))
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX"
        #expect(accepts(start, "Y: a\r\n\r\n") == isOne(of: "!#$%&'*+-.^_`|~:"))
        #expect(accepts(start + ": a", "b\r\n\r\n") == (octet == 9 || octet >= 32 && octet != 127))
    }

    @Test(
        "A response names the control character that it rejects",
        arguments: [
            ("\n", "A line feed stands without a carriage return."),
            ("\u{1}", "The head of the request holds a control character."),
            ("\ra", "A carriage return stands without a line feed."),
        ])
    func controls(text: String, message: String) {
        var parser = RequestParser(limits: Limits())
        let head = Array("GET / HTTP/1.1\r\nX: \(text)".utf8)
        guard case .failure(let error) = parser.parse(head.span).outcome else {
            Issue.record("accepted")
            return
        }
        #expect(error.status == .badRequest && error.message == message)
    }

    @Test("A request line of 8,192 octets is read, one of 8,193 is too long", arguments: [8_000, 8_192, 8_193, 9_000])
    func requestLineLimit(length: Int) throws {
        let target = "/" + String(repeating: "a", count: length - "GET / HTTP/1.1".utf8.count)
        let exchange = Exchange.run("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try exchange.answers().map(\.status) == [length <= 8_192 ? 404 : 414])
        #expect(exchange.isClosing == (length > 8_192))
    }

    @Test("An endless request line is rejected without waiting for its end")
    func endlessRequestLine() throws {
        let octets = [UInt8](repeating: UInt8(ascii: "A"), count: 8_193)
        #expect(try Exchange.run([octets]).answers().map(\.status) == [414])
        #expect(try Exchange.run([octets.dropLast()]).answers() == [])
    }

    @Test("A head of 16,384 octets is read, one of 16,385 is too large", arguments: [16_384, 16_385])
    func headLimit(length: Int) throws {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let padding = String(repeating: "a", count: length - start.utf8.count - 4)
        let octets = Array((start + padding + "\r\n\r\n").utf8)
        #expect(octets.count == length)
        let expected = [length <= 16_384 ? 200 : 431]
        #expect(try Exchange.run([octets]).answers().map(\.status) == expected)
        #expect(try Exchange.run([[13, 10] + octets]).answers().map(\.status) == expected)
        #expect(try Exchange.run(octets.map { [$0] }).answers().map(\.status) == expected)
        #expect(try Exchange.run(cut(octets, at: length - 1)).answers().map(\.status) == expected)
    }

    @Test("100 fields are read, 101 are too many", arguments: [100, 101])
    func fieldCountLimit(count: Int) throws {
        let lines = (1..<count).map { "X-\($0): a\r\n" }.joined()
        let exchange = Exchange.run("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
        #expect(try exchange.answers().map(\.status) == [count <= 100 ? 200 : 431])
        #expect(exchange.isClosing == (count > 100))
    }

    @Test("Limits hold for every split of the input")
    func smallLimits() {
        let limits = Limits(requestLine: 20, head: 60, fieldCount: 2)
        for text in [
            "GET /aaaaaa HTTP/1.1\r\nHost: a\r\n\r\n", "GET /aaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "b", count: 28))\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "b", count: 29))\r\n\r\n",
        ] {
            #expect(runInEverySplit(Array(text.utf8), limits: limits).differing == [])
        }
    }

    @Test("A failed parser stays failed and discards all further input")
    func stickyFailure() {
        var parser = RequestParser(limits: Limits())
        let broken = Array("x\r\n".utf8)
        let fine = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let first = parser.parse(broken.span).outcome
        let second = parser.parse(fine.span)
        #expect(first == second.outcome)
        #expect(second.consumed == fine.count)
    }

    @Test("A request begins with the first octet after an empty line")
    func hasBegun() {
        var parser = RequestParser(limits: Limits())
        #expect(!parser.hasBegun)
        let emptyLine: [UInt8] = [13, 10]
        _ = parser.parse(emptyLine.span)
        #expect(!parser.hasBegun)
        let letter = [UInt8(ascii: "G")]
        _ = parser.parse(letter.span)
        #expect(parser.hasBegun)
    }

    @Test("A head that arrives octet by octet costs linear time")
    func linearTime() throws {
        let limits = Limits(head: 1_000_000, fieldCount: 100_000)
        let lines = String(repeating: "Name: value\r\n", count: 30_000)
        let octets = Array("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n".utf8)
        let elapsed = ContinuousClock().measure {
            #expect(Exchange.run(octets.map { [$0] }, limits: limits).targets == ["/"])
        }
        #expect(elapsed < .seconds(30))
    }
}
