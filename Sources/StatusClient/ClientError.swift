package import HTTP
package import Linux
package import SelfConnect

/// Why a request to a daemon failed.
package enum ClientError: Error, Hashable, Sendable {
    /// A system call failed, usually `connect`.
    case system(SystemCallError)
    /// The whole exchange was not completed within this time.
    case timedOut(DaemonAddress, Duration)
    /// The response is invalid.
    case invalidResponse(DaemonAddress, ResponseError)
    /// The client got the daemon's port as its own source port: the problem that the daemon detects.
    case selfConnected(Endpoint)
}

extension ClientError: CustomStringConvertible {
    /// One line, most important part first.
    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .timedOut(let address, let timeout): "\(address) did not answer within \(timeout.text)"
        case .invalidResponse(let address, let fault): "\(address) \(fault)"
        case .selfConnected(let endpoint):
            "connected to itself on \(endpoint): no process listens there, and the port lies inside the ephemeral range"
        }
    }
}
