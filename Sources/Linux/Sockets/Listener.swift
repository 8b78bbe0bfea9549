// The common interface of the listening sockets of both families, so that the event loop need not distinguish them.

import CLinux
import Glibc
package import SelfConnect

/// A listening, non-blocking stream socket. It is closed with its last reference.
package protocol Listener: AnyObject, Sendable {
    /// The address for clients.
    var place: ListeningPlace { get }
    /// For adding to a poller, for reading.
    var number: Int32 { get }
    /// The next connection; nil if none is waiting or the waiting one has been aborted.
    func accept() throws(SystemCallError) -> AcceptedSocket?
    /// Removes what the listener leaves on the host: the file of a unix socket.
    func removeSocketFiles()
}

/// The address of a listener.
package enum ListeningPlace: Hashable, Sendable {
    /// Over TCP.
    case tcp(Endpoint)
    /// A unix socket at this path; empty if the socket has none.
    case unix(String)

    /// Whether only this host can reach it.
    package var isLocal: Bool {
        switch self {
        case .tcp(let endpoint): endpoint.address.isLoopback
        case .unix: true
        }
    }

    /// The endpoint of a TCP listener.
    package var endpoint: Endpoint? {
        if case .tcp(let endpoint) = self { endpoint } else { nil }
    }
}

extension ListeningPlace: CustomStringConvertible {
    /// As in the configuration file.
    package var description: String {
        switch self {
        case .tcp(let endpoint): "\(endpoint)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension Descriptor {
    /// The next connection of a listening socket; nil if none is waiting or the waiting one has been aborted.
    func acceptConnection(_ place: ListeningPlace) throws(SystemCallError) -> AcceptedSocket? {
        var peer = SocketAddress()
        let accepted = peer.withMutablePointer { clinux_accept(number, $0, $1) }
        guard accepted < 0 else {
            return AcceptedSocket(Descriptor(owning: accepted), from: peer.endpoint?.address.unmapped)
        }
        let code = errno
        // accept() also returns pending errors of the new connection (accept(2)): these are not errors of the listener.
        if Self.passingErrors.contains(code) { return nil }
        throw SystemCallError("accept", "\(place)", code: code)
    }

    private static let passingErrors: Set<Int32> = [
        EAGAIN, EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH,
    ]
}
