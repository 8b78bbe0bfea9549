// What the listening sockets of both families have in common, so that the loop that serves them need not ask which it
// has.

import CLinux
import Glibc
public import SelfConnect

/// A listening, non-blocking stream socket. It closes with its last reference.
public protocol Listener: AnyObject, Sendable {
    /// Where clients reach it.
    var place: ListeningPlace { get }
    /// What to add to the poller, for reading.
    var number: Int32 { get }
    /// The next connection; nil when none waits or the one that did is gone again.
    func accept() throws(SystemCallError) -> AcceptedSocket?
    /// Takes away what would remain of it on the host: the file of a unix socket.
    func removeSocketFiles()
}

/// Where a listener is reached.
public enum ListeningPlace: Hashable, Sendable {
    /// Over TCP.
    case tcp(Endpoint)
    /// At this path; empty where the socket has none.
    case unix(String)

    /// Whether only this host can reach it.
    public var isLocal: Bool {
        switch self {
        case .tcp(let endpoint): endpoint.address.isLoopback
        case .unix: true
        }
    }

    /// The endpoint of a TCP listener.
    public var endpoint: Endpoint? {
        if case .tcp(let endpoint) = self { endpoint } else { nil }
    }
}

extension ListeningPlace: CustomStringConvertible {
    /// As it is written in the configuration.
    public var description: String {
        switch self {
        case .tcp(let endpoint): "\(endpoint)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension Descriptor {
    /// The next connection of a listening socket; nil when none waits or the one that did is gone again.
    func acceptConnection(_ place: ListeningPlace) throws(SystemCallError) -> AcceptedSocket? {
        var peer = SocketAddress()
        let accepted = peer.withMutablePointer { clinux_accept(number, $0, $1) }
        guard accepted < 0 else {
            return AcceptedSocket(Descriptor(owning: accepted), from: peer.endpoint?.address.unmapped)
        }
        let code = errno
        // What a connection died of is told by accept() too (accept(2)): it is not the listener's trouble.
        if Self.passingErrors.contains(code) { return nil }
        throw SystemCallError("accept", "\(place)", code: code)
    }

    private static let passingErrors: Set<Int32> = [
        EAGAIN, EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
        ENETUNREACH,
    ]
}
