import Glibc
import Linux
import SelfConnect

/// A way of having a port (a holder in docs/kernel-facts.md), made with real sockets.
package enum Holding: Hashable, Sendable, CustomStringConvertible {
    /// Free.
    case free
    /// A listener on an address.
    case listening(String, isIPv6Only: Bool = false)
    /// A socket that is only bound.
    case bound(String, isIPv6Only: Bool = false)
    /// The source port of another connection; chosen by connect(), or bound before.
    case source(String, isBound: Bool = false, reusesAddress: Bool = false)
    /// A connection accepted by a server on an address, which then closed its listener.
    case accepted(String, reusesAddress: Bool = true)
    /// A self-connection; its port chosen by connect(), or bound before.
    case selfConnected(String, isBound: Bool = false)
    /// A self-connection in TIME_WAIT after a normal close.
    case timeWait(String, isBound: Bool = false, reusesAddress: Bool = false)
    /// Another connection in TIME_WAIT after its client closed first.
    case closedSource(String, reusesAddress: Bool = false)
    /// An accepted connection in TIME_WAIT after its server closed first, and its listener as well.
    case closedAccepted(String, reusesAddress: Bool = true)
    /// Another connection closed by its client but not by its peer: FIN-WAIT-2 without an owner.
    case orphan(String, reusesAddress: Bool = false)

    /// Text for the names of test cases.
    package var description: String {
        switch self {
        case .free: "no socket"
        case .listening(let address, let isIPv6Only): "a listener on \(address)\(isIPv6Only ? " only" : "")"
        case .bound(let address, let isIPv6Only): "a socket bound to \(address)\(isIPv6Only ? " only" : "")"
        case .source(let address, let isBound, let reuses):
            "a connection from \(isBound ? "bound " : "")\(address)\(Self.text(reuses))"
        case .accepted(let address, let reuses): "a connection that a listener on \(address) left\(Self.text(reuses))"
        case .selfConnected(let address, let isBound): "a self-connection of \(isBound ? "bound " : "")\(address)"
        case .timeWait(let address, let isBound, let reuses):
            "the TIME_WAIT of \(isBound ? "bound " : "")\(address)\(Self.text(reuses))"
        case .closedSource(let address, let reuses): "the TIME_WAIT of a client from \(address)\(Self.text(reuses))"
        case .closedAccepted(let address, let reuses): "the TIME_WAIT of a server on \(address)\(Self.text(reuses))"
        case .orphan(let address, let reuses): "a half-closed connection from \(address)\(Self.text(reuses))"
        }
    }

    private static func text(_ reusesAddress: Bool) -> String { reusesAddress ? " with SO_REUSEADDR" : "" }

    /// Takes a port in the calling thread's namespace; it is held while the sockets are.
    ///
    /// Other connections go to port 30000, so only one holding at a time can use it.
    package func take(_ port: UInt16) throws -> [PlainSocket] {
        switch self {
        case .free: return []
        case .listening(let address, let isIPv6Only):
            return [try .listener(on: Endpoint(IPAddress(address), port), isIPv6Only: isIPv6Only)]
        case .bound(let address, let isIPv6Only):
            let socket = try PlainSocket(for: IPAddress(address), isIPv6Only: isIPv6Only)
            try socket.bind(to: Endpoint(IPAddress(address), port))
            return [socket]
        case .source(let address, let isBound, let reuses):
            let elsewhere = Endpoint(try IPAddress(address), 30000)
            let server = try PlainSocket.listener(on: elsewhere)
            let client = try Self.connect(from: port, to: elsewhere, isBound: isBound, reusesAddress: reuses)
            return [client, server, try server.accept()]
        case .accepted(let address, let reuses):
            return try Self.accepted(on: Endpoint(IPAddress(address), port), reusesAddress: reuses)
        case .selfConnected(let address, let isBound):
            return [try Self.connect(from: port, to: Endpoint(IPAddress(address), port), isBound: isBound)]
        case .timeWait(let address, let isBound, let reuses):
            let endpoint = Endpoint(try IPAddress(address), port)
            _ = try Self.connect(
                from: port, to: endpoint, isBound: isBound, closing: .ordinarily, reusesAddress: reuses)
            try Self.waitUntilClosed(port)
            return []
        case .closedSource(let address, let reuses):
            // The server's end closes second: the TIME_WAIT is the client's.
            do {
                let ends = try Self.closedByClient(from: port, of: address, reusesAddress: reuses)
                withExtendedLifetime(ends) {}
            }
            try Self.waitUntilClosed(port)
            return []
        case .closedAccepted(let address, let reuses):
            var sockets = try Self.accepted(
                on: Endpoint(IPAddress(address), port), reusesAddress: reuses, byReset: false)
            // The accepted end, which is the last one, closes first.
            sockets.removeLast()
            sockets.removeAll()
            try Self.waitUntilClosed(port)
            return []
        case .orphan(let address, let reuses):
            return try Self.closedByClient(from: port, of: address, reusesAddress: reuses)
        }
    }

    /// The last segments of a close may be in transit when close(2) returns.
    private static func waitUntilClosed(_ port: UInt16) throws {
        let isClosed = try Waiting.holds { try SocketStates.timeWaitCount(from: PortRange(port, port)) > 0 }
        guard isClosed else { throw SystemCallError("close", code: ETIMEDOUT) }
    }

    private enum Closing { case ordinarily, byReset }

    private static func connect(
        from port: UInt16, to peer: Endpoint, isBound: Bool, closing: Closing = .byReset, reusesAddress: Bool = false
    ) throws -> PlainSocket {
        let socket = try PlainSocket(for: peer.address, reusesAddress: reusesAddress)
        if closing == .byReset { try socket.resetOnClose() }
        if isBound {
            try socket.bind(to: Endpoint(peer.address, port))
            try socket.connect(to: peer)
        } else {
            try socket.connect(to: peer, from: PortRange(port, port))
        }
        return socket
    }

    /// The server's ends of a connection that its client has closed normally: its listener, and the accepted socket.
    private static func closedByClient(
        from port: UInt16, of address: String, reusesAddress: Bool
    ) throws -> [PlainSocket] {
        let elsewhere = Endpoint(try IPAddress(address), 30000)
        let server = try PlainSocket.listener(on: elsewhere)
        let client = try connect(
            from: port, to: elsewhere, isBound: false, closing: .ordinarily, reusesAddress: reusesAddress)
        let accepted = try server.accept()
        withExtendedLifetime(client) {}
        return [server, accepted]
    }

    private static func accepted(
        on endpoint: Endpoint, reusesAddress: Bool, byReset: Bool = true
    ) throws -> [PlainSocket] {
        let server = try PlainSocket.listener(on: endpoint, reusesAddress: reusesAddress)
        let address = endpoint.address.isUnspecified ? IPAddress.loopback4 : endpoint.address
        let client = try PlainSocket(for: address)
        if byReset { try client.resetOnClose() }
        try client.connect(to: Endpoint(address, endpoint.port), from: PortRange(40990, 41000))
        return [client, try server.accept()]
    }
}
