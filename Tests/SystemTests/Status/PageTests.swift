import Linux
import SelfConnect
import TestSupport
import Testing

/// The page for browsers.
@Suite(.enabled(if: PrivateNetwork.isAvailable)) struct PageTests {
    private static let browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    @Test("Clients that prefer HTML get the page, others the index, and caches keep both apart") func page() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("targets: [{name: '<script>', ports: 40004}]")
            let page = try daemon.get("/", "-H", Self.browser)
            #expect(page.status == 200 && page.fields["content-type"] == "text/html; charset=utf-8")
            #expect(page.fields["vary"] == "Accept, Accept-Encoding")
            #expect(page.fields["content-security-policy"]?.hasPrefix("default-src 'none'; style-src") == true)
            #expect(page.fields["x-content-type-options"] == "nosniff")
            #expect(page.fields["referrer-policy"] == "no-referrer")
            #expect(page.content.contains("&lt;script&gt;") && !page.content.contains("<script"))
            for accept in ["*/*", "application/json", ""] {
                let index = try daemon.get("/", "-H", "Accept: \(accept)")
                #expect(index.fields["content-type"] == "application/json" && index.content.contains("/v1/map"))
                #expect(index.fields["vary"] == "Accept, Accept-Encoding")
            }
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("The map is SVG without scripts and is not sent again if unchanged") func picture() throws {
        try PrivateNetwork.run {
            var daemon = try RunningDaemon("targets: [{name: web, ports: 40004}]", waitingFor: "/v1/map.svg")
            let picture = try daemon.get("/v1/map.svg")
            #expect(picture.fields["content-type"] == "image/svg+xml")
            #expect(picture.fields["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(picture.content.contains("<svg ") && picture.content.contains("40004</tspan> web: susceptible"))
            let tag = try #require(picture.fields["etag"])
            #expect(try daemon.get("/v1/map.svg", "-H", "If-None-Match: \(tag)").status == 304)
            let packed = try daemon.get("/v1/map.svg", "--compressed")
            #expect(packed.content == picture.content && packed.fields["etag"] != tag)
            #expect(daemon.stop().end == .exited(0))
        }
    }

    @Test("The page requires the token") func token() throws {
        try PrivateNetwork.run {
            let token = try TemporaryFile("secret\n")
            var daemon = try RunningDaemon("http: {token-file: \(token.path)}", waitingFor: "/-/healthy")
            #expect(try daemon.get("/", "-H", Self.browser).status == 401)
            #expect(try daemon.get("/v1/map.svg").status == 401)
            let isShown = try Waiting.holds {
                try daemon.get("/", "-H", Self.browser, "-H", "Authorization: Bearer secret").status == 200
            }
            #expect(isShown && daemon.stop().end == .exited(0))
        }
    }
}
