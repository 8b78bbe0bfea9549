import HTTP
import Linux
import SelfConnect
import TestSupport
import Testing

@testable import StatusServer

/// Responses to requests, based on the result of one pass.
@Suite(.enabled(if: PrivateNetwork.isAvailable, "needs the right to make network namespaces"))
struct StatusRoutesTests {
    private static func answer(
        _ routes: StatusRoutes, _ target: String, isCrowded: Bool = false, accept: String = "*/*"
    ) throws -> Response {
        let request = try Request.of(target, "Accept: \(accept)")
        return try #require(routes.answer(request, over: .unix(""), at: Clock.monotonic, isCrowded: isCrowded))
    }

    private static func withRoutes(_ body: @escaping @Sendable (StatusRoutes) throws -> Void) throws {
        try PrivateNetwork.run {
            let source = try OnePass.source()
            try body(StatusRoutes(source, AccessPolicy(token: nil, checksHosts: false)))
        }
    }

    private static func isPage(_ response: Response) -> Bool {
        response.status == .ok && String(decoding: response.content.prefix(15), as: UTF8.self) == "<!DOCTYPE html>"
    }

    private static func place(_ response: Response) -> UnsafePointer<UInt8>? {
        response.content.withUnsafeBufferPointer(\.baseAddress)
    }

    @Test func `A filter is rendered once for all of its spellings`() throws {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            let first = try Self.answer(routes, "/v1/targets?verdict=susceptible,latent&severity=critical")
            #expect(first.status == .ok && !first.content.isEmpty)
            for spelling in ["latent,susceptible", "susceptible,latent,latent", ",latent,,susceptible"] {
                let other = try Self.answer(routes, "/v1/targets?verdict=\(spelling)&severity=critical,critical")
                #expect(Self.place(other) == Self.place(first), "\(spelling)")
            }
            let another = try Self.answer(routes, "/v1/targets?verdict=latent&severity=critical")
            #expect(another.content != first.content)
            #expect(try Self.answer(routes, "/v1/targets?verdict=susceptible,odd").status == .badRequest)
            #expect(try Self.answer(routes, "/v1/targets?severity=").status == .badRequest)
        }
    }

    @Test
    func `Filters that select the same targets share one document, and one for all targets is the unfiltered one`()
        throws
    {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            let all = try Self.answer(routes, "/v1/targets")
            for filter in ["verdict=susceptible", "verdict=susceptible,stolen", "severity=critical,warning"] {
                #expect(try Self.place(Self.answer(routes, "/v1/targets?\(filter)")) == Self.place(all), "\(filter)")
            }
            let none = try Self.answer(routes, "/v1/targets?verdict=stolen")
            #expect(none.status == .ok && none.content != all.content)
            for filter in ["verdict=reserved,latent", "severity=ok", "verdict=susceptible&severity=notice"] {
                #expect(try Self.place(Self.answer(routes, "/v1/targets?\(filter)")) == Self.place(none), "\(filter)")
            }
        }
    }

    @Test func `Pages are rendered once per query, however it is spelled`() throws {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            func page(_ target: String) throws -> Response { try Self.answer(routes, target, accept: "text/html") }
            let plain = try page("/")
            #expect(Self.isPage(plain))
            for spelling in ["/?q=&verdict=&severity=", "/?sort=severity&limit=50&offset=0&refresh=true"] {
                #expect(try Self.place(page(spelling)) == Self.place(plain), "\(spelling)")
            }
            let other = try page("/?verdict=latent,stolen&q=t")
            #expect(Self.place(other) != Self.place(plain))
            #expect(try Self.place(page("/?q=t&verdict=stolen,latent")) == Self.place(other))
            for odd in ["/?verdit=latent", "/?verdict=odd", "/?limit=0", "/targets/127.0.0.1:40002?limit=1"] {
                #expect(try page(odd).status == .badRequest, "\(odd)")
            }

            let target = try page("/targets/127.0.0.1:40002")
            #expect(Self.isPage(target))
            #expect(try Self.place(page("/targets/127.0.0.1:40002?refresh=true")) == Self.place(target))
            #expect(try page("/targets/127.0.0.1:40002?refresh=false").content != target.content)
            for none in ["/targets/127.0.0.1:1", "/targets/127.0.0.1:40002?namespace=blue", "/targets/"] {
                #expect(try page(none).status == .notFound, "\(none)")
            }
        }
    }

    @Test func `With too much unsent data, small responses are sent and large ones are not`() throws {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            #expect(try Self.answer(routes, "/v1/status", isCrowded: true).status == .serviceUnavailable)
            #expect(try Self.answer(routes, "/v1/status").status == .ok)
            for path in ["/-/healthy", "/-/ready"] {
                #expect(try Self.answer(routes, path, isCrowded: true).status == .ok)
            }
            let error = try Self.answer(routes, "/nothing", isCrowded: true, accept: "text/html")
            #expect(error.status == .notFound && error.content.starts(with: "{\"error\":{".utf8))
        }
    }

    @Test func `Refusals of every kind are pages for browsers`() throws {
        try PrivateNetwork.run {
            let access = AccessPolicy(token: BearerToken("secret"), checksHosts: true)
            let routes = StatusRoutes(try OnePass.source(), access)
            func refusal(_ target: String, method: String = "GET", host: String = "localhost", token: String = "secret")
                throws -> Status?
            {
                let request = try Request.of(
                    target, NegotiationTests.browser, "Authorization: Bearer \(token)", method: method, host: host)
                let place = ListeningPlace.tcp(Endpoint(.loopback4, 9293))
                let answer = try #require(routes.answer(request, over: place, at: Clock.monotonic))
                return answer.content.starts(with: "<!DOCTYPE html>".utf8) ? answer.status : nil
            }
            #expect(try refusal("/nothing") == .notFound)
            #expect(try refusal("/targets/nothing") == .notFound)
            #expect(try refusal("/v1/targets?limit=0") == .badRequest)
            #expect(try refusal("/v1/status", method: "DELETE") == .methodNotAllowed)
            #expect(try refusal("/v1/status", method: "BREW") == .notImplemented)
            #expect(try refusal("/", token: "odd") == .unauthorized)
            #expect(try refusal("/nothing", token: "odd") == .unauthorized)
            #expect(try refusal("/", host: "example.org") == .misdirectedRequest)
            #expect(try refusal("/v1/map") == .serviceUnavailable)
        }
    }

    @Test func `A tag is weak if it excludes times, and an indented document has the same content`() throws {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            let status = try Self.answer(routes, "/v1/status")
            #expect(status.entityTag?.isWeak == true)
            #expect(try Self.answer(routes, "/v1/kernel").entityTag?.isWeak == false)
            let pretty = try Self.answer(routes, "/v1/status?pretty")
            #expect(pretty.content.starts(with: "{\n  \"service\": {\n".utf8))
            #expect(pretty.content.count > status.content.count && pretty.entityTag == status.entityTag)
            #expect(try Self.place(Self.answer(routes, "/v1/status?pretty=true")) == Self.place(pretty))
        }
    }

    @Test func `A slice of the targets is a separate document`() throws {
        try Self.withRoutes { (routes: StatusRoutes) throws in
            let all = try Self.answer(routes, "/v1/targets")
            let first = try Self.answer(routes, "/v1/targets?limit=1")
            #expect(first.content.count < all.content.count)
            #expect(try Self.answer(routes, "/v1/targets?limit=1&offset=1").content != first.content)
            #expect(try Self.place(Self.answer(routes, "/v1/targets?offset=0")) == Self.place(all))
            #expect(try Self.answer(routes, "/v1/targets?limits=1").status == .badRequest)
        }
    }
}
