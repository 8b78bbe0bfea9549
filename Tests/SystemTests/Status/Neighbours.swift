// Sockets of other processes on the host, which the daemon must see and not affect.

import Linux
import SelfConnect
import TestSupport

/// Connections whose source port is the kernel's only choice: the namespace has no other ports while they are made.
enum Neighbours {
    /// A client that got `port` from connect().
    static func client(from port: UInt16, to peer: String) throws -> TCPSocket {
        try client(from: port, to: Endpoint(peer)) { _, _ in }
    }

    /// A client that got `port` from bind() to its own address, before it connected.
    static func boundClient(from port: UInt16, to peer: String) throws -> TCPSocket {
        try client(from: port, to: Endpoint(peer)) { try $0.bind(to: $1) }
    }

    private static func client(
        from port: UInt16, to peer: Endpoint, _ prepare: (borrowing TCPSocket, IPAddress) throws -> Void
    ) throws -> TCPSocket {
        try PrivateNetwork.withRange(PortRange(port, port)) {
            let socket = try TCPSocket(for: peer.address, reusesAddress: false)
            try prepare(socket, peer.address)
            _ = try socket.connect(to: try SocketAddress(peer))
            return socket
        }
    }

    /// A listener.
    static func listener(on endpoint: String) throws -> ListeningSocket {
        try ListeningSocket(try Endpoint(endpoint))
    }
}
