// Before about Linux 6.18, a bind() beside a connection changed the state of its port: the kernel recorded in the
// port's bucket that a socket was bound there and did not clear this, so that no plain connect() got the port again
// during the lifetime of the connection. An experiment determines the kernel's behaviour; there is no other way.

import Glibc
import SelfConnect

/// Determines whether the kernel forgets a bind() when its socket closes.
enum PortStateExperiment {
    /// Maximum number of ports tried until one is free.
    private static let attemptLimit = 8

    /// The result, from three sockets that exist for microseconds, each connected to itself; nil: no free port was
    /// found, or loopback is down.
    static func restoresState(in range: PortRange) -> Bool? {
        for _ in 0..<attemptLimit {
            guard let port = range.ports.randomElement() else { return nil }
            if let answer = try? answer(on: port) { return answer }
        }
        return nil
    }

    // 127.83.67.1 to 3: connections to 127.0.0.1 and the chosen port may be redirected to a service.
    private static let owner = IPAddress.v4(IPv4Address(bits: 0x7F53_4301))
    private static let neighbour = IPAddress.v4(IPv4Address(bits: 0x7F53_4302))
    private static let client = IPAddress.v4(IPv4Address(bits: 0x7F53_4303))
    private static let timeout = Duration.milliseconds(100)

    private static func answer(on port: UInt16) throws(SystemCallError) -> Bool? {
        let connection = try socket(owner, port)
        guard try isSelfConnected(connection, to: Endpoint(owner, port)) else { return nil }
        guard case .possible = try ServerBind.attempt(at: Endpoint(neighbour, port)) else { return nil }
        let late = try socket(client, port)
        do throws(SystemCallError) {
            return try isSelfConnected(late, to: Endpoint(client, port)) ? true : nil
        } catch  where error.code == EADDRNOTAVAIL {
            return false
        }
    }

    /// A socket that is bound to an address, and gets the port when it connects.
    private static func socket(_ address: IPAddress, _ port: UInt16) throws(SystemCallError) -> TCPSocket {
        let socket = try TCPSocket(for: .loopback4)
        try socket.deferAcknowledgement()
        try socket.setNonBlocking()
        try socket.setLocalPortRange(PortRange(port, port))
        try socket.setBindAddressNoPort()
        try socket.bind(to: address)
        return socket
    }

    private static func isSelfConnected(
        _ socket: borrowing TCPSocket, to endpoint: Endpoint
    ) throws(SystemCallError) -> Bool {
        try socket.attempt(to: try SocketAddress(endpoint), within: timeout).isToItself
    }
}
