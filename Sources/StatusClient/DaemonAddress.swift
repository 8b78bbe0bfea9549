// The address of a daemon as users write it on a command line: the addresses of `listen:`, with TCP addresses as a URL.

import Configuration
package import Linux
package import SelfConnect

/// The address of a running daemon.
package struct DaemonAddress: Hashable, Sendable, CustomStringConvertible {
    /// Where the daemon may listen, in the order in which they are tried.
    package let places: [ListeningPlace]
    /// The host and port as written, or `unix:` and the path.
    package let description: String

    /// Parses `http://127.0.0.1:9293`, `http://[::1]:9293`, `http://localhost:9293` or
    /// `unix:/run/selfconnectd/http.sock`.
    ///
    /// The only host name is `localhost`: others would need a resolver, which may block for an unlimited time.
    /// - Throws: what is wrong and what to write instead.
    package init(_ url: String) throws(ParseError) {
        if url.hasPrefix("unix:") {
            let address = try ListenAddress(url)
            guard case .unix(let path) = address else { throw Self.malformed(url) }
            places = [.unix(path)]
            description = "\(address)"
        } else {
            let authority = try Self.authority(url)
            places = try Self.places(authority, url)
            description = authority
        }
    }

    /// The part between the scheme and the end (RFC 3986 §3.2).
    private static func authority(_ url: String) throws(ParseError) -> String {
        guard let colon = url.firstIndex(of: ":") else { throw malformed(url) }
        let scheme = url[..<colon].lowercased()
        guard scheme != "https" else {
            throw ParseError("“\(url)”: the daemon speaks no TLS: write http://ADDRESS:PORT")
        }
        let rest = url[colon...].dropFirst()
        guard scheme == "http", rest.hasPrefix("//") else { throw malformed(url) }
        let end = rest.dropFirst(2).firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard ["", "/"].contains(rest[end...]) else {
            throw ParseError(
                "“\(url)” has a path: write http://ADDRESS:PORT alone, the path is chosen by the program")
        }
        let authority = rest[..<end].dropFirst(2)
        guard !authority.contains("@") else {
            throw ParseError("the URL names a user: write http://ADDRESS:PORT, and give a token with --token-file")
        }
        return String(authority)
    }

    private static func places(_ authority: String, _ url: String) throws(ParseError) -> [ListeningPlace] {
        let name = "localhost:"
        if authority.lowercased().hasPrefix(name) {
            let port = try Port.parse(authority.dropFirst(name.count))
            return [.tcp(Endpoint(.loopback4, port)), .tcp(Endpoint(.loopback6, port))]
        }
        guard case .tcp(let endpoint) = try ListenAddress(authority) else { throw malformed(url) }
        return [.tcp(endpoint)]
    }

    private static func malformed(_ url: String) -> ParseError {
        ParseError("“\(url)” is not the address of a daemon: write http://ADDRESS:PORT or unix:/PATH")
    }
}
