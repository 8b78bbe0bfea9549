// A listener on the loopback address trusts all local clients, and these include web browsers: a page of another site
// whose name resolves to 127.0.0.1 (DNS rebinding) could read the responses. Such a request contains the other site's
// host name, so only requests with a name of this host are accepted.

/// The host names that a loopback listener accepts.
package struct HostCheck: Sendable {
    private let names: [String]

    /// Accepts `localhost`, names under it, loopback addresses, and these names.
    package init(names: [String] = []) {
        self.names = names.map { HostCheck.withoutFinalDot($0.lowercased()) }
    }

    /// Whether the request names a host that is accepted, with any port.
    ///
    /// A request without a host is accepted: it is HTTP/1.0, which browsers do not use.
    package func admits(_ request: Request) -> Bool {
        guard let authority = request.authority else { return true }
        if let address = authority.address { return address.isLoopback || names.contains(authority.host) }
        let host = HostCheck.withoutFinalDot(authority.host)
        return host == "localhost" || host.hasSuffix(".localhost") || names.contains(host)
    }

    /// 421 (RFC 9110 §15.5.20) for a request that is not accepted, otherwise nil.
    package func refusal(of request: Request) -> Response? {
        guard !admits(request) else { return nil }
        return Response(error: .misdirectedRequest, message: "This listener does not answer for that host.")
    }

    /// `localhost.` is the same name as `localhost`, in absolute form.
    private static func withoutFinalDot(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
