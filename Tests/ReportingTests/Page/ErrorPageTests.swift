import Reporting
import Testing

/// The page of an error.
@Suite struct ErrorPageTests {
    private static func page(_ message: String) -> String {
        String(decoding: ErrorPage(404, "Not Found", message: message, depth: 2).html, as: UTF8.self)
    }

    @Test("The page has the status and the message, in well-formed markup, and does not renew itself") func content() {
        let page = Self.page("There is no target “unknown”.")
        #expect(page.contains("<title>selfconnectd: 404 Not Found</title>"))
        #expect(page.contains("<h1>404 Not Found</h1>") && page.contains("There is no target “unknown”.</p>"))
        #expect(!page.contains("http-equiv"))
        #expect(TagBalance.fault(in: page, void: StatusPageTests.void) == nil)
    }

    @Test("Clients without access learn nothing about the host and the version") func facts() {
        #expect(!Self.page("Bearer token required.").contains(Version.number))
    }
}
