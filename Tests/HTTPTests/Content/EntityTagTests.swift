// If-Match and If-None-Match, and the fields of a 304.

import HTTP
import TestSupport
import Testing

@Suite struct EntityTagTests {
    private let response = Response(
        .ok, contentType: "text/plain", content: Array("hello".utf8), entityTag: EntityTag("one,\\")
    ).with("Cache-Control", "no-cache").with("Vary", "Accept").with("X-Other", "a")

    @Test(
        "A field value matches the tag",
        arguments: [
            "\"one,\\\"", "W/\"one,\\\"", "*", " * ", "\"two\", \"one,\\\"", "\"two\",W/\"one,\\\" , \"x\"",
            ", ,\"one,\\\"",
            "\"\", \"one,\\\"", "\"one,\\\" broken",
        ])
    func matching(value: String) throws {
        let answer = response.conditional(on: try get("/", "If-None-Match: \(value)"))
        #expect(answer.status == .notModified)
        #expect(answer.content == [])
        #expect(answer.fields["ETag"] == "\"one,\\\"")
        #expect(answer.fields["Cache-Control"] == "no-cache")
        #expect(answer.fields["Vary"] == "Accept")
        #expect(answer.fields["Content-Type"] == nil)
        #expect(answer.fields["X-Other"] == nil)
    }

    @Test(
        "A field value does not match the tag",
        arguments: [
            "", "\"two\"", "one,\\", "\"one,\\", "w/\"one,\\\"", "W\"one,\\\"", "\"ONE,\\\"", "\"one,\\ \"",
            "broken \"one,\\\"",
            "*, \"two\"", "W/", "\"",
        ])
    func notMatching(value: String) throws {
        #expect(response.conditional(on: try get("/", "If-None-Match: \(value)")) == response)
    }

    @Test(
        "If-Match gives the document or 412",
        arguments: [
            ("\"one,\\\"", true), ("*", true), ("\"two\", \"one,\\\"", true), ("\"two\"", false), ("", false),
            ("W/\"one,\\\"", false), ("\"x\", W/\"one,\\\"", false), ("broken \"one,\\\"", false),
        ])
    func wanted(value: String, isMatched: Bool) throws {
        let answer = response.conditional(on: try get("/", "If-Match: \(value)"))
        if isMatched {
            #expect(answer == response)
        } else {
            #expect(answer.status == .preconditionFailed && answer.status.code == 412 && answer.entityTag == nil)
        }
    }

    @Test("A weak tag matches no tag in a strong comparison")
    func weakTag() throws {
        let weak = Response(.ok, contentType: "text/plain", content: [], entityTag: EntityTag("one", isWeak: true))
        #expect(weak.conditional(on: try get("/", "If-Match: \"one\"")).status == .preconditionFailed)
        #expect(weak.conditional(on: try get("/", "If-None-Match: \"one\"")).status == .notModified)
    }

    @Test("If-Match is evaluated before If-None-Match; dates are ignored because no document has one")
    func order() throws {
        let both = try get("/", "If-None-Match: *", "If-Match: \"two\"")
        #expect(response.conditional(on: both).status == .preconditionFailed)
        let matched = try get("/", "If-None-Match: *", "If-Match: \"one,\\\"")
        #expect(response.conditional(on: matched).status == .notModified)
        let lines = try get("/", "If-Match: \"two\"", "If-Match: \"one,\\\"")
        #expect(response.conditional(on: lines) == response)
        let dated = try get("/", "If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT")
        #expect(response.conditional(on: dated) == response)
    }

    @Test(
        "Preconditions apply only to a response that would be 200",
        arguments: ["If-Match: \"two\"", "If-None-Match: *"])
    func withoutPreconditions(field: String) throws {
        let error = Response(error: .notFound, message: "No.")
        #expect(error.conditional(on: try get("/", field)) == error)
        let options = try request("OPTIONS / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(response.conditional(on: options) == response)
        let none = Response(.noContent)
        #expect(none.conditional(on: try get("/", field)) == none)
    }

    @Test("Without the field the response is unchanged")
    func unconditional() throws {
        #expect(response.conditional(on: try get()) == response)
    }

    @Test("A second line of the field counts too")
    func secondLine() throws {
        let request = try get("/", "If-None-Match: \"two\"", "If-None-Match: \"one,\\\"")
        #expect(response.conditional(on: request).status == .notModified)
    }

    @Test("An asterisk matches any representation; a representation without a tag matches nothing else")
    func asterisk() throws {
        let untagged = Response(.ok, contentType: "text/plain", content: Array("now".utf8))
            .with("Cache-Control", "no-cache").with("Vary", "Accept")
        let answer = untagged.conditional(on: try get("/", "If-None-Match: *"))
        #expect(answer.status == .notModified && answer.content == [] && answer.entityTag == nil)
        #expect(answer.fields["Cache-Control"] == "no-cache" && answer.fields["Vary"] == "Accept")
        #expect(untagged.conditional(on: try get("/", "If-None-Match: \"\", \"one\"")) == untagged)
    }

    @Test("Only 200, for GET and HEAD, can be 304")
    func otherAnswers() throws {
        let field = "If-None-Match: *"
        let error = Response(error: .notFound, message: "No.")
        #expect(error.conditional(on: try get("/", field)) == error)
        let head = try request("HEAD / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(response.conditional(on: head).status == .notModified)
        let post = try request("POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(response.conditional(on: post) == response)
    }

    @Test("A 304 over the connection has no content for any method", arguments: ["GET", "HEAD"])
    func overTheWire(method: String) throws {
        let request = "\(method) / HTTP/1.1\r\nHost: a\r\nIf-None-Match: W/\"one\"\r\n\r\n"
        let answers = try Exchange.run(request + request).answers()
        #expect(answers.map(\.status) == [304, 304])
        #expect(answers.allSatisfy { $0.content == [] && $0["ETag"] == "\"one\"" && $0["Vary"] == "Accept" })
    }
}
