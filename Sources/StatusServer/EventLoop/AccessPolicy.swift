package import HTTP
import Linux

/// Who is answered.
package struct AccessPolicy: Sendable {
    /// What a request must carry; nil: nothing.
    package var token: BearerToken?
    /// Whether requests over TCP must name a loopback host: browsers on this host reach what only this host can, and
    /// with it the pages that they show (DNS rebinding).
    package var checksHosts: Bool

    private static let hosts = HostCheck()

    /// The answer to a request that is not admitted, else nil.
    ///
    /// - Parameter isPublic: whether the token is needed for what is asked.
    func refusal(of request: Request, over place: ListeningPlace, isPublic: Bool) -> Response? {
        if checksHosts, place.endpoint != nil, let refusal = Self.hosts.refusal(of: request) { return refusal }
        return isPublic ? nil : token?.refusal(of: request)
    }
}
