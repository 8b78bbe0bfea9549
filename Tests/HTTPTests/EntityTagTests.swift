// If-None-Match, and what a 304 carries.

import HTTP
import TestSupport
import Testing

@Suite struct EntityTagTests {
    private let response = Response(
        .ok, contentType: "text/plain", content: Array("hello".utf8), entityTag: EntityTag("one,\\")
    ).with("Cache-Control", "no-cache").with("Vary", "Accept").with("X-Other", "a")

    @Test(
        "These values name the tag",
        arguments: [
            "\"one,\\\"", "W/\"one,\\\"", "*", " * ", "\"two\", \"one,\\\"", "\"two\",W/\"one,\\\" , \"x\"",
            ", ,\"one,\\\"",
            "\"\", \"one,\\\"", "\"one,\\\" broken",
        ])
    func matching(value: String) throws {
        let answer = response.unlessMatched(by: try get("/", "If-None-Match: \(value)"))
        #expect(answer.status == .notModified)
        #expect(answer.content == [])
        #expect(answer.fields["ETag"] == "\"one,\\\"")
        #expect(answer.fields["Cache-Control"] == "no-cache")
        #expect(answer.fields["Vary"] == "Accept")
        #expect(answer.fields["Content-Type"] == nil)
        #expect(answer.fields["X-Other"] == nil)
    }

    @Test(
        "These do not",
        arguments: [
            "", "\"two\"", "one,\\", "\"one,\\", "w/\"one,\\\"", "W\"one,\\\"", "\"ONE,\\\"", "\"one,\\ \"",
            "broken \"one,\\\"",
            "*, \"two\"", "W/", "\"",
        ])
    func notMatching(value: String) throws {
        #expect(response.unlessMatched(by: try get("/", "If-None-Match: \(value)")) == response)
    }

    @Test("Without the field, the answer is what it was")
    func unconditional() throws {
        #expect(response.unlessMatched(by: try get()) == response)
    }

    @Test("A second line of the field counts, too")
    func secondLine() throws {
        let request = try get("/", "If-None-Match: \"two\"", "If-None-Match: \"one,\\\"")
        #expect(response.unlessMatched(by: request).status == .notModified)
    }

    @Test("Any representation matches an asterisk, one without a tag too, which nothing else matches")
    func asterisk() throws {
        let untagged = Response(.ok, contentType: "text/plain", content: Array("now".utf8))
            .with("Cache-Control", "no-cache").with("Vary", "Accept")
        let answer = untagged.unlessMatched(by: try get("/", "If-None-Match: *"))
        #expect(answer.status == .notModified && answer.content == [] && answer.entityTag == nil)
        #expect(answer.fields["Cache-Control"] == "no-cache" && answer.fields["Vary"] == "Accept")
        #expect(untagged.unlessMatched(by: try get("/", "If-None-Match: \"\", \"one\"")) == untagged)
    }

    @Test("Only 200, for GET and HEAD, can be 304")
    func otherAnswers() throws {
        let field = "If-None-Match: *"
        let error = Response(error: .notFound, message: "No.")
        #expect(error.unlessMatched(by: try get("/", field)) == error)
        let head = try request("HEAD / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(response.unlessMatched(by: head).status == .notModified)
        let post = try request("POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(response.unlessMatched(by: post) == response)
    }

    @Test("A 304 over the connection has no content, whatever the method", arguments: ["GET", "HEAD"])
    func overTheWire(method: String) throws {
        let request = "\(method) / HTTP/1.1\r\nHost: a\r\nIf-None-Match: W/\"one\"\r\n\r\n"
        let answers = try Exchange.run(request + request).answers()
        #expect(answers.map(\.status) == [304, 304])
        #expect(answers.allSatisfy { $0.content == [] && $0["ETag"] == "\"one\"" && $0["Vary"] == "Accept" })
    }
}
