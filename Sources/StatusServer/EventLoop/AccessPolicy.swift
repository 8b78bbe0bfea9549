package import HTTP
import Linux

/// Decides which requests are answered.
package struct AccessPolicy: Sendable {
    /// The token that requests must contain; nil: none.
    package var token: BearerToken?
    /// Whether requests over TCP must name a loopback host: web browsers on this host can reach local listeners, and so
    /// can the sites that they show (DNS rebinding).
    package var checksHosts: Bool

    private static let hosts = HostCheck()

    /// The response to a rejected request, otherwise nil.
    ///
    /// - Parameter isPublic: whether the resource is available without the token.
    func refusal(of request: Request, over place: ListeningPlace, isPublic: Bool) -> Response? {
        if checksHosts, place.endpoint != nil, let refusal = Self.hosts.refusal(of: request) { return refusal }
        return isPublic ? nil : token?.refusal(of: request)
    }
}
