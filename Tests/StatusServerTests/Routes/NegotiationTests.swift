import HTTP
import Reporting
import Testing

@testable import StatusServer

/// Which form a client gets where there is a page and JSON.
@Suite struct NegotiationTests {
    /// As Firefox and Chromium send it.
    static let browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    @Test(arguments: [
        ("*/*", false), ("application/json", false), ("application/json, text/html", false), ("image/png", false),
        ("", false), ("text/html;q=2", false), ("text/html, */*;q=0.8", true), ("TEXT/HTML", true), ("text/*", true),
        ("text/html, application/json;q=0.9", true), ("text/html;q=0.5, application/json;q=0.9", false),
        ("text/html;q=0, */*;q=0.1", false), ("application/json;q=0, */*", true), ("text/html;q=0.8, */*;q=0.9", false),
        ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", true), ("text/html;charset=ISO-8859-1", false),
    ])
    func `The most specific range counts, the higher weight wins, and JSON is the first of equals`(
        _ accept: String, _ isPage: Bool
    ) throws {
        #expect(try Request.of("/", "Accept: \(accept)").prefersPage == isPage)
    }

    @Test func `A request without the field gets JSON, and several lines are one list`() throws {
        #expect(try !Request.of().prefersPage)
        #expect(try Request.of("/", "Accept: */*;q=0.1", "Accept: text/html").prefersPage)
    }

    @Test(arguments: [("/", "./"), ("/odd?q=/a/b", "./"), ("/targets/odd", "../"), ("/a/b%2Fc/", "../../")])
    func `The page of an error has its message, and its link leads to the status page`(
        _ target: String, _ root: String
    ) throws {
        let error = Response(error: .notFound, message: "There is no <b>.")
        let page = error.negotiated(for: try Request.of(target, Self.browser))
        let html = String(decoding: page.content, as: UTF8.self)
        #expect(page.status == .notFound && html.contains("<p class=\"lead\">There is no &lt;b&gt;.</p>"))
        #expect(html.contains("<h1>404 Not Found</h1>") && html.contains("<a href=\"\(root)\">All watched ports</a>"))
    }

    @Test func `Both forms have the other fields of the error, and caches keep them apart`() throws {
        let error = Response(error: .methodNotAllowed, message: "No.").with("Allow", "GET")
        let json = error.negotiated(for: try Request.of())
        #expect(json.content == error.content && json.fields["Content-Type"] == "application/json")
        let page = error.negotiated(for: try Request.of("/", Self.browser))
        #expect(page.fields.values("Content-Type") == ["text/html; charset=utf-8"])
        #expect(page.fields["Content-Security-Policy"]?.hasPrefix("default-src 'none';") == true)
        for form in [json, page] {
            #expect(form.status == .methodNotAllowed && form.fields["Allow"] == "GET")
            #expect(form.fields.values("Vary") == ["Accept"] && form.fields.values("Cache-Control") == ["no-cache"])
        }
    }

    @Test func `Responses that are no errors stay as they are`() throws {
        let request = try Request.of("/", Self.browser)
        for response in [Response(.noContent), Response(.ok, contentType: "application/json", content: [0x7B, 0x7D])] {
            #expect(response.negotiated(for: request) == response)
        }
    }
}
