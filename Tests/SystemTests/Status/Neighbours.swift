// Sockets of other processes on the host, which the daemon must see and not affect.

import Linux
import SelfConnect

/// Connections whose source port is chosen by the test.
enum Neighbours {
    /// A client that got `port` from connect(): the kernel's only choice.
    static func client(from port: UInt16, to peer: String) throws -> TCPSocket {
        let peer = try Endpoint(peer)
        let socket = try TCPSocket(for: peer.address, reusesAddress: false)
        try socket.setLocalPortRange(PortRange(port, port))
        _ = try socket.connect(to: try SocketAddress(peer))
        return socket
    }

    /// A client that bound its own address and `port` before it connected.
    static func boundClient(from port: UInt16, to peer: String) throws -> TCPSocket {
        let peer = try Endpoint(peer)
        let socket = try TCPSocket(for: peer.address, reusesAddress: false)
        try socket.setLocalPortRange(PortRange(port, port))
        try socket.bind(to: peer.address)
        _ = try socket.connect(to: try SocketAddress(peer))
        return socket
    }

    /// A listener.
    static func listener(on endpoint: String) throws -> ListeningSocket {
        try ListeningSocket(try Endpoint(endpoint))
    }
}
