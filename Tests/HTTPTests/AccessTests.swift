// Access rules: the host that a request names, and its token.

import HTTP
import Testing

@Suite struct HostCheckTests {
    private let check = HostCheck(names: ["Monitor.example", "[2001:DB8::1]", "192.0.2.1"])

    @Test(
        "Names of this host are accepted",
        arguments: [
            "localhost", "LOCALHOST:9293", "localhost.", "a.localhost", "127.0.0.1", "127.1.2.3:80", "127.255.255.255",
            "[::1]:9293",
            "[0:0:0:0:0:0:0:1]", "[::0001]", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "monitor.example:1",
            "monitor.example.",
            "[2001:db8::1]", "192.0.2.1:5",
        ])
    func admitted(host: String) throws {
        let request = try request("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(check.admits(request))
        #expect(check.refusal(of: request) == nil)
    }

    @Test(
        "A request for another host is answered 421",
        arguments: [
            "example.com", "localhost.example.com", "xlocalhost", "127.0.0.1.example.com", "128.0.0.1", "0.0.0.0",
            "[::]",
            "[::2]", "[::ffff:128.0.0.1]", "[::127.0.0.1]", "[::1:ffff:127.0.0.1]", "[1::ffff:127.0.0.1]",
            "2130706433", "127.1", "0x7f.0.0.1", "loc%61lhost",
            "[v1.a]",
            "[2001:db8::2]", "10.0.0.1", "localhost..",
        ])
    func refused(host: String) throws {
        let request = try request("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(check.refusal(of: request)?.status == .misdirectedRequest)
    }

    @Test("The authority of the absolute form overrides the Host field")
    func absoluteForm() throws {
        #expect(!check.admits(try request("GET http://example.com/ HTTP/1.1\r\nHost: localhost\r\n\r\n")))
        #expect(check.admits(try request("GET http://localhost/ HTTP/1.1\r\nHost: example.com\r\n\r\n")))
    }

    @Test("An HTTP/1.0 request without a host is accepted")
    func withoutHost() throws {
        #expect(check.admits(try request("GET / HTTP/1.0\r\n\r\n")))
    }
}

@Suite struct BearerTokenTests {
    @Test(
        "The right token gives access",
        arguments: ["Bearer s3cret-token", "bearer   s3cret-token", "BEARER s3cret-token "])
    func right(credentials: String) throws {
        let token = try #require(BearerToken(" s3cret-token\n"))
        #expect(token.refusal(of: try get("/", "Authorization: \(credentials)")) == nil)
    }

    @Test(
        "Any other token is rejected",
        arguments: [
            "", "Bearer", "Bearer ", "s3cret-token", "Basic s3cret-token", "Bearer s3cret-toke", "Bearer s3cret-token2",
            "Bearer s3cret-tokeN", "Bearer x3cret-token", "Bearers3cret-token", "Bearer: s3cret-token",
            "Bearer s3cret-tokens3cret-token", "Bearer a s3cret-token",
        ])
    func wrong(credentials: String) throws {
        let token = try #require(BearerToken("s3cret-token"))
        let refusal = token.refusal(of: try get("/", "Authorization: \(credentials)"))
        #expect(refusal?.status == .unauthorized)
        #expect(refusal?.fields["WWW-Authenticate"] == "Bearer realm=\"selfconnectd\", error=\"invalid_token\"")
    }

    @Test("No credentials or two of them are answered 401")
    func count() throws {
        let token = try #require(BearerToken("s3cret-token"))
        let refusal = token.refusal(of: try get())
        #expect(refusal?.status == .unauthorized)
        #expect(refusal?.fields["WWW-Authenticate"] == "Bearer realm=\"selfconnectd\"")
        let line = "Authorization: Bearer s3cret-token"
        #expect(token.refusal(of: try get("/", line, line)) != nil)
    }

    @Test("A text that no client can send is not a valid token", arguments: ["", " \n", "a b", "é", "a\u{0}b"])
    func unusable(text: String) {
        #expect(BearerToken(text) == nil)
    }
}
