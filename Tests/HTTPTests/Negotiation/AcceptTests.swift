// Negotiation of the representation and the coding.

import HTTP
import Testing

@Suite struct AcceptTests {
    private let types = [
        MediaType("text/plain; version=0.0.4; charset=utf-8"),
        MediaType("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        MediaType("text/html; charset=utf-8"),
    ]

    private static let text = 0
    private static let openMetrics = 1
    private static let html = 2

    @Test(
        "The type with the highest weight is preferred",
        arguments: [
            ("", text), ("*/*", text), ("text/*", text), ("text/html", html), ("TEXT/HTML", html),
            ("application/openmetrics-text", openMetrics), ("application/*", openMetrics), ("image/png", text),
            ("*/*;q=0", text), ("text/plain;q=0, */*", openMetrics), ("text/*;q=0.5, text/html", html),
            ("text/html;q=0.5, text/*", text), ("text/plain;q=0,text/html;q=0.001", html),
            ("text/html ; q=1.0 , text/plain ; Q=0.999", html), ("text/html;q=1.001, text/plain;q=0.1", text),
            ("text/html;q=.5", text), ("text/html;q=", text), ("text/html;q=a", text), ("text/html;q=0.0001", text),
            ("text/html;q=1;x=y, text/plain;q=0.9", html), ("text/html;level=1", html),
            ("text/html;charset=latin1, text/plain;q=0.1", text), ("text/html;charset=\"UTF-8\"", html),
            ("text/html;charset=utf-8;q=0, text/html;q=1, application/*;q=0.1", openMetrics),
            ("text/plain;version=1.0.0", text), ("application/openmetrics-text;version=2.0.0", text),
            (
                "application/openmetrics-text;version=0.0.1,application/openmetrics-text;version=1.0.0;q=0.1",
                openMetrics
            ),
            ("x/y;a=\"text/html,\", text/html", html), ("x/y;a=\"\\\", text/html\"", text),
            ("x/y;a=\"\\\",text/html,\"", text), ("\"text/html", text),
            ("text/html;q=0.1, text/html;q=0.9, text/plain;q=0.5", html), ("/, text, ;, */html, text/html", html),
            ("*", text), (",,,text/html,,", html),
        ])
    func preferred(accept: String, expected: Int) throws {
        #expect(Accept.preferred(of: types, by: try get("/", "Accept: \(accept)").fields) == expected)
    }

    @Test("A missing field and a field on two lines are handled")
    func lines() throws {
        #expect(Accept.preferred(of: types, by: try get().fields) == 0)
        let fields = try get("/", "Accept: text/plain;q=0.5", "accept: text/html").fields
        #expect(Accept.preferred(of: types, by: fields) == 2)
    }

    @Test(
        "Prometheus gets OpenMetrics, and older scrapers get the text format",
        arguments: [
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                    + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", openMetrics
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
                    + "application/openmetrics-text;version=2.0.0;q=0.6,application/openmetrics-text;version=1.0.0;"
                    + "escaping=underscores;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", openMetrics
            ),
            ("text/plain;version=0.0.4;q=1,*/*;q=0.1", text),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", html),
        ])
    func realClients(accept: String, expected: Int) throws {
        #expect(Accept.preferred(of: types, by: try get("/", "Accept: \(accept)").fields) == expected)
    }

    @Test(
        "gzip is sent to clients that accept it",
        arguments: [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip, deflate, br", true), ("*", true),
            ("gzip;q=0.001", true),
            ("deflate, gzip;q=1.0, *;q=0.5", true), ("identity, gzip", true), ("identity;q=0.5, gzip", true),
            ("*;q=0, gzip", true), ("gzip ; q=0.5", true), ("gzip;q=0, gzip", true),
            ("", false), ("identity", false), ("gzip;q=0", false), ("gzip;q=0.000", false), ("gzip;q=0, *", false),
            ("*;q=0", false), ("br", false), ("gzip;q=0.5, identity", false), ("gzip;q=a", false), ("gzippo", false),
            ("gzip;q=2", false),
        ])
    func gzip(value: String, expected: Bool) throws {
        let fields = try get("/", "Accept-Encoding: \(value)").fields
        #expect(AcceptEncoding.preferred(by: fields) == (expected ? .gzip : .identity))
    }

    @Test(
        "A representation without coding may be sent unless the client excludes it",
        arguments: [
            ("gzip", true), ("gzip, identity;q=0", false), ("gzip, *;q=0", false), ("identity;q=0.1, *;q=0", true),
            ("gzip;q=1, identity;q=0.5", true), ("*", true), ("", true), ("identity;q=0, identity", true),
            ("IDENTITY;Q=0.000", false),
        ])
    func identity(value: String, expected: Bool) throws {
        #expect(AcceptEncoding.allowsIdentity(by: try get("/", "Accept-Encoding: \(value)").fields) == expected)
        #expect(AcceptEncoding.allowsIdentity(by: try get().fields))
    }

    @Test("A client without Accept-Encoding gets no coding")
    func absent() throws {
        #expect(AcceptEncoding.preferred(by: try get().fields) == .identity)
    }

    @Test(
        "Huge values cost linear time",
        arguments: [
            "text/html,", "*/*;q=0.1,", ",", ";", "\"", "\\", "a;", "a=\"\\\"\",", "text/plain;version=0.0.4;", " ",
            "gzip;q=0.5,",
        ])
    func hostile(piece: String) throws {
        let value = "x" + String(repeating: piece, count: 100_000)
        let limits = Limits(head: 20_000_000)
        let request = try request(
            "GET / HTTP/1.1\r\nHost: a\r\nAccept: \(value)\r\nAccept-Encoding: \(value)\r\n"
                + "If-None-Match: \(value)\r\nConnection: \(value)\r\n\r\n", limits: limits)
        let tagged = Response(.ok, contentType: "text/plain", content: [], entityTag: EntityTag("a"))
        let elapsed = ContinuousClock().measure {
            _ = Accept.preferred(of: types, by: request.fields)
            _ = AcceptEncoding.preferred(by: request.fields)
            _ = tagged.conditional(on: request)
        }
        #expect(elapsed < .seconds(20))
    }
}
