// Routing, and error responses.

import HTTP
import TestSupport
import Testing

@Suite struct RouterTests {
    private enum Page { case index, list, target, history, picture }

    private let router = Router<Page>([
        ("/", .index), ("/v1/targets", .list), ("/v1/targets/{name}", .target),
        ("/v1/targets/{name}/history/{day}", .history), ("/v1/map.svg", .picture),
    ])

    private func describe(_ outcome: Router<Page>.Outcome) -> String {
        switch outcome {
        case .found(let match):
            "\(match.route) \(match.template) \(match["name"] ?? "-") \(match["day"] ?? "-")"
        case .notFound: "not found"
        case .methodNotAllowed(let allow): "not allowed: \(allow)"
        case .options(let allow): "options: \(allow)"
        case .notImplemented: "not implemented"
        }
    }

    @Test(
        "Every document that lists the methods lists those that are answered",
        arguments: [
            "SECURITY.md", "docs/api.md", "man/selfconnectd.8", "Sources/Reporting/OpenAPI/openapi.json",
        ])
    func documents(_ path: String) throws {
        let lists = try Repository.text(path).matches(of: /GET(?:, [A-Z]+)* and [A-Z]+/).map { String($0.output) }
        #expect(lists == ["GET, HEAD and OPTIONS"])
        #expect(Router<Page>.allow == "GET, HEAD, OPTIONS")
    }

    @Test(
        "Each path leads to its route",
        arguments: [
            ("/", "index / - -"), ("/?a=b", "index / - -"), ("/v1/targets", "list /v1/targets - -"),
            ("/v1/targets/a", "target /v1/targets/{name} a -"),
            ("/v1/targets/%5B::1%5D:50010?x", "target /v1/targets/{name} [::1]:50010 -"),
            ("/v1/targets/a%2Fb", "target /v1/targets/{name} a/b -"),
            ("/v1/targets/a/history/b", "history /v1/targets/{name}/history/{day} a b"),
            ("/v1/%74argets", "list /v1/targets - -"), ("/v1/map.svg", "picture /v1/map.svg - -"),
            ("http://localhost", "index / - -"), ("http://localhost/v1/targets", "list /v1/targets - -"),
            ("/v1/targets/", "not found"), ("/v1", "not found"), ("//", "not found"), ("/V1/targets", "not found"),
            ("/v1/targets/a/history", "not found"), ("/v1/mapXsvg", "not found"), ("/v1/./targets", "not found"),
            ("/v1%2Ftargets", "not found"), ("/x", "not found"),
        ])
    func paths(target: String, expected: String) throws {
        #expect(describe(router.route(try get(target))) == expected)
    }

    @Test(
        "A method is accepted on the routes that allow it",
        arguments: [
            ("HEAD", "/", "index / - -"), ("OPTIONS", "/", "options: GET, HEAD, OPTIONS"),
            ("OPTIONS", "*", "options: GET, HEAD, OPTIONS"), ("OPTIONS", "/x", "not found"),
            ("POST", "/", "not allowed: GET, HEAD, OPTIONS"), ("TRACE", "/", "not allowed: GET, HEAD, OPTIONS"),
            ("PATCH", "/v1/targets/a", "not allowed: GET, HEAD, OPTIONS"), ("PUT", "/x", "not found"),
            ("CONNECT", "a:1", "not allowed: GET, HEAD, OPTIONS"), ("BREW", "/", "not implemented"),
            ("BREW", "/x", "not implemented"), ("get", "/", "not implemented"),
        ])
    func methods(method: String, target: String, expected: String) throws {
        let request = try request("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(describe(router.route(request)) == expected)
    }

    @Test("Rejected requests have their status, and Allow where it is required")
    func refusals() throws {
        let rows: [(Router<Page>.Outcome, Status?, String?)] = [
            (router.route(try get("/")), nil, nil),
            (.notFound, .notFound, nil),
            (.methodNotAllowed(allow: "GET"), .methodNotAllowed, "GET"),
            (.options(allow: "GET"), .noContent, "GET"),
            (.notImplemented, .notImplemented, nil),
        ]
        for (outcome, status, allow) in rows {
            #expect(outcome.refusal?.status == status)
            #expect(outcome.refusal?.fields["Allow"] == allow)
        }
    }
}
