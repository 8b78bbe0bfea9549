// A listener on the loopback trusts whoever can reach it, and a web browser on the same host can:
// a page from elsewhere whose name is made to resolve to 127.0.0.1 (DNS rebinding) would be allowed
// to read the answers. Such a request names the foreign host, so it is enough to answer only for
// names that mean this host.

/// The hosts that a loopback listener answers for.
public struct HostCheck: Sendable {
    private let names: [String]

    /// A check that admits `localhost`, names under it, loopback addresses, and these names.
    public init(names: [String] = []) {
        self.names = names.map { HostCheck.withoutFinalDot($0.lowercased()) }
    }

    /// Whether the request names a host that is ours, with any port.
    ///
    /// A request without a host is admitted: it is HTTP/1.0, which no browser speaks.
    public func admits(_ request: Request) -> Bool {
        guard let authority = request.authority else { return true }
        if let address = authority.address { return address.isLoopback || names.contains(authority.host) }
        let host = HostCheck.withoutFinalDot(authority.host)
        return host == "localhost" || host.hasSuffix(".localhost") || names.contains(host)
    }

    /// 421 (RFC 9110 §15.5.20) for a request that is not admitted, else nil.
    public func refusal(of request: Request) -> Response? {
        guard !admits(request) else { return nil }
        return Response(error: .misdirectedRequest, message: "This listener does not answer for that host.")
    }

    /// `localhost.` is the same name as `localhost`, written as an absolute one.
    private static func withoutFinalDot(_ name: String) -> String {
        name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
