// The server's side of TCP: what the status endpoint listens on and accepts.

import CLinux
import Glibc
public import SelfConnect

/// A listening TCP socket.
public final class ListeningSocket: Listener {
    private let descriptor: Descriptor
    /// Where it listens; the kernel's choice if port 0 was asked for.
    public let endpoint: Endpoint

    /// Binds and listens. An IPv6 address takes IPv6 alone, so that 0.0.0.0 and :: can be listened on side by side.
    public init(_ endpoint: Endpoint, backlog: Int32 = 1024) throws(SystemCallError) {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = Descriptor(owning: try call("socket") { socket(family, type, 0) })
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR, to: Int32(1), "SO_REUSEADDR")
        if family == AF_INET6 {
            try descriptor.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: Int32(1), "IPV6_V6ONLY")
        }
        let address = try SocketAddress(endpoint)
        let number = descriptor.number
        try call("bind", "\(endpoint)") { address.withPointer { bind(number, $0, $1) } }
        try call("listen", "\(endpoint)") { listen(number, backlog) }
        self.descriptor = descriptor
        self.endpoint = try SocketAddress(nameOf: number).endpoint ?? endpoint
    }

    /// Takes over a socket that listens already.
    init(_ descriptor: consuming Descriptor, on endpoint: Endpoint) {
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    /// Where clients reach it.
    public var place: ListeningPlace { .tcp(endpoint) }

    /// What to add to the poller, for reading.
    public var number: Int32 { descriptor.number }

    /// The next connection; nil when none waits or the one that did is gone again.
    public func accept() throws(SystemCallError) -> AcceptedSocket? {
        try descriptor.acceptConnection(place)
    }

    /// Nothing: TCP leaves no trace.
    public func removeSocketFiles() {}
}
