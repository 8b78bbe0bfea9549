package import HTTP
package import Linux
package import SelfConnect

/// Why a daemon could not be asked.
package enum ClientError: Error, Hashable, Sendable {
    /// The kernel refused something, `connect` mostly.
    case system(SystemCallError)
    /// The whole exchange was not done within this time.
    case late(DaemonAddress, Duration)
    /// What came is no answer.
    case answer(DaemonAddress, ResponseError)
    /// The client was given the port of the daemon as its own: what the daemon would have warned of.
    case selfConnected(Endpoint)
}

extension ClientError: CustomStringConvertible {
    /// One line, what matters first.
    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .late(let address, let timeout): "\(address) did not answer within \(timeout.text)"
        case .answer(let address, let fault): "\(address) \(fault)"
        case .selfConnected(let endpoint):
            "connected to itself on \(endpoint): no process listens there, and the port lies inside the ephemeral range"
        }
    }
}
