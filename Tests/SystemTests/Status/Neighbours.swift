// Sockets of others on the host: what the daemon is to see and must not touch.

import Linux
import SelfConnect

/// Connections whose source port is chosen by the test.
enum Neighbours {
    /// A client that was given `port` by connect(): the kernel chose it, out of one.
    static func client(from port: UInt16, to peer: String) throws -> TCPSocket {
        let peer = try Endpoint(peer)
        let socket = try TCPSocket(for: peer.address, reusesAddress: false)
        try socket.setLocalPortRange(PortRange(port, port))
        _ = try socket.connect(to: try SocketAddress(peer))
        return socket
    }

    /// A client that has bound its own address and `port` before it connects.
    static func boundClient(from port: UInt16, to peer: String) throws -> TCPSocket {
        let peer = try Endpoint(peer)
        let socket = try TCPSocket(for: peer.address, reusesAddress: false)
        try socket.setLocalPortRange(PortRange(port, port))
        try socket.bind(to: peer.address)
        _ = try socket.connect(to: try SocketAddress(peer))
        return socket
    }

    /// A server.
    static func listener(on endpoint: String) throws -> ListeningSocket {
        try ListeningSocket(try Endpoint(endpoint))
    }
}
