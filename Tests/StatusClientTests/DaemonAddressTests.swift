import SelfConnect
import StatusClient
import Testing

/// The argument of `check --url`.
@Suite struct DaemonAddressTests {
    @Test(
        "A URL is an address and a port, or a unix socket as in listen",
        arguments: [
            ("http://127.0.0.1:9293", ["127.0.0.1:9293"], "127.0.0.1:9293"),
            ("http://127.0.0.1:9293/", ["127.0.0.1:9293"], "127.0.0.1:9293"),
            ("HTTP://[::1]:1", ["[::1]:1"], "[::1]:1"),
            ("http://[fe80::1%lo]:9293", ["[fe80::1%lo]:9293"], "[fe80::1%lo]:9293"),
            ("http://localhost:65535", ["127.0.0.1:65535", "[::1]:65535"], "localhost:65535"),
            ("http://LocalHost:9293/", ["127.0.0.1:9293", "[::1]:9293"], "LocalHost:9293"),
            (
                "unix:/run/selfconnectd/http.sock", ["unix:/run/selfconnectd/http.sock"],
                "unix:/run/selfconnectd/http.sock"
            ),
        ])
    func accepted(_ url: String, _ places: [String], _ name: String) throws {
        let address = try DaemonAddress(url)
        #expect(address.places.map { "\($0)" } == places)
        #expect(address.description == name)
    }

    @Test(
        "Any other text is rejected with the expected form",
        arguments: [
            ("", "is not the address of a daemon: write http://ADDRESS:PORT or unix:/PATH"),
            ("127.0.0.1:9293", "is not the address of a daemon"),
            ("ftp://127.0.0.1:9293", "is not the address of a daemon"),
            ("http:127.0.0.1:9293", "is not the address of a daemon"),
            ("http://systemd", "is not the address of a daemon"),
            ("https://127.0.0.1:9293", "speaks no TLS: write http://ADDRESS:PORT"),
            ("http://127.0.0.1:9293/v1/status", "has a path: write http://ADDRESS:PORT alone"),
            ("http://127.0.0.1:9293?verdict=latent", "has a path"),
            ("http://127.0.0.1:9293/#top", "has a path"),
            ("http://user:secret@127.0.0.1:9293", "the URL names a user: write http://ADDRESS:PORT, and give a token"),
            ("http://127.0.0.1", "has no port: write ADDRESS:PORT"),
            ("http://[::1]", "has no port"),
            ("http://", "has no port"),
            ("http://127.0.0.1:", "is not a port: write a number from 1 to 65535"),
            ("http://127.0.0.1:0", "port 0 is not valid"),
            ("http://127.0.0.1:70000", "port 70000 is above 65535"),
            ("http://localhost:http", "“http” is not a port: write a number from 1 to 65535"),
            ("http://::1:9293", "write an IPv6 address in brackets"),
            ("http://example.com:9293", "“example.com” is not an IP address: write one such as 127.0.0.1 or ::1"),
            ("http://[fe80::1]:9293", "is link-local: add its interface"),
            ("unix:relative", "is not the path of a socket: write it from /"),
            ("unix:///run/a/", "is not the path of a socket"),
            ("unix:/" + String(repeating: "a", count: 107), "at most 107 bytes"),
        ])
    func refused(_ url: String, _ message: String) throws {
        let error = #expect(throws: ParseError.self) { try DaemonAddress(url) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
