// The server's side of TCP: the socket of the status endpoint.

import CLinux
import Glibc
package import SelfConnect

/// A listening TCP socket.
package final class ListeningSocket: Listener {
    private let descriptor: Descriptor
    /// The address; with the kernel's choice if port 0 was requested.
    package let endpoint: Endpoint

    /// Binds and listens. An IPv6 socket is IPv6-only, so that 0.0.0.0 and :: can be used side by side.
    package init(_ endpoint: Endpoint, backlog: Int32 = 1024) throws(SystemCallError) {
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

    /// Adopts a socket that already listens.
    init(_ descriptor: consuming Descriptor, on endpoint: Endpoint) {
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    /// The address for clients.
    package var place: ListeningPlace { .tcp(endpoint) }

    /// For adding to a poller, for reading.
    package var number: Int32 { descriptor.number }

    /// The next connection; nil if none is waiting or the waiting one has been aborted.
    package func accept() throws(SystemCallError) -> AcceptedSocket? {
        try descriptor.acceptConnection(place)
    }

    /// Does nothing: TCP leaves nothing on the host.
    package func removeSocketFiles() {}
}
