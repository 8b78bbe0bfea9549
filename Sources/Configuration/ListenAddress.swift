package import SelfConnect

/// An address on which the HTTP server listens.
package enum ListenAddress: Hashable, Sendable {
    /// A TCP socket on this endpoint.
    case tcp(Endpoint)
    /// A stream socket at this absolute path.
    case unix(String)
    /// The sockets that the service manager passes (sd_listen_fds(3)).
    case systemd

    /// Maximum length of the path of a unix socket in bytes: `sun_path` without the terminating NUL (unix(7)).
    package static let longestPath = 107

    /// Reads `127.0.0.1:9293`, `[::1]:9293`, `unix:/run/selfconnectd/http.sock` or `systemd`.
    package init(_ text: some StringProtocol) throws(ParseError) {
        if text == "systemd" {
            self = .systemd
        } else if text.hasPrefix("unix:") {
            self = .unix(try Self.path(text.dropFirst(5)))
        } else {
            let endpoint = try Endpoint(text)
            try endpoint.address.requireZone()
            self = .tcp(endpoint)
        }
    }

    private static func path(_ text: some StringProtocol) throws(ParseError) -> String {
        guard text.hasPrefix("/"), !text.hasSuffix("/"), !text.hasControls else {
            throw ParseError(
                "\(text.quoted) is not the path of a socket: write it from /, as in unix:/run/selfconnectd/http.sock")
        }
        guard text.utf8.count <= longestPath else {
            throw ParseError(
                "the path of a unix socket has at most \(longestPath) bytes (unix(7)), this one has \(text.utf8.count)")
        }
        return String(text)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// As in the configuration file.
    package var description: String {
        switch self {
        case .tcp(let endpoint): endpoint.description
        case .unix(let path): "unix:\(path)"
        case .systemd: "systemd"
        }
    }
}

extension IPAddress {
    /// Rejects a link-local address without a zone: the kernel cannot determine its link (RFC 4007 §6).
    func requireZone() throws(ParseError) {
        guard case .v6(let address) = self, address.isLinkLocal, address.zone == nil else { return }
        throw ParseError("\(address) is link-local: add its interface, as in \(address)%eth0")
    }
}
