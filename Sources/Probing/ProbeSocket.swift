// The sockets of probes. The options of a client kind are set before each connect(); the options that make it harmless
// once, at creation.

import Glibc
import Linux
import SelfConnect

/// The sockets of directed probes, one per family and per whether the client binds an address.
struct ProbeSockets: ~Copyable {
    private var plain4: TCPSocket?
    private var plain6: TCPSocket?
    private var bound4: TCPSocket?
    private var bound6: TCPSocket?

    /// One connect() as `kind` does it, with the kernel's choice restricted to the endpoint's port; `begin` is called
    /// immediately before it.
    mutating func attempt(
        _ kind: ClientKind, to endpoint: Endpoint, within timeout: Duration, begin: () -> Void
    ) throws(SystemCallError) -> TCPSocket.Connection {
        // An IPv6 socket that was connected to an IPv4-mapped address remains an IPv4 socket internally.
        let isMapped = endpoint.address.isIPv6 && !endpoint.address.unmapped.isIPv6
        let socket =
            if !isMapped, let kept = takeKept(kind, endpoint.address) { kept } else { try make(endpoint.address) }
        do throws(SystemCallError) {
            try prepare(socket, kind, endpoint)
            begin()
            let result = try socket.attempt(to: try SocketAddress(endpoint), within: timeout)
            if !isMapped { keep(socket, kind, endpoint.address) }
            return result
        } catch {
            // A refused connect() releases the port. Other errors may leave the socket bound, so it is closed.
            if !isMapped, error.code == ECONNREFUSED { keep(socket, kind, endpoint.address) }
            throw error
        }
    }

    private func make(_ address: IPAddress) throws(SystemCallError) -> TCPSocket {
        let socket = try TCPSocket(for: address)
        try socket.deferAcknowledgement()
        try socket.setNonBlocking()
        return socket
    }

    private func prepare(
        _ socket: borrowing TCPSocket, _ kind: ClientKind, _ endpoint: Endpoint
    ) throws(SystemCallError) {
        try socket.setLocalPortRange(PortRange(endpoint.port, endpoint.port))
        guard kind.bindsAddress else { return }
        try socket.setBindAddressNoPort(kind.defersPort)
        try socket.bind(to: endpoint.address)
    }

    private mutating func takeKept(_ kind: ClientKind, _ address: IPAddress) -> TCPSocket? {
        switch (kind.bindsAddress, address.isIPv6) {
        case (false, false): plain4.take()
        case (false, true): plain6.take()
        case (true, false): bound4.take()
        case (true, true): bound6.take()
        }
    }

    /// Resets the connection and keeps the socket; if that fails, the socket is closed, which has the same effect.
    private mutating func keep(_ socket: consuming TCPSocket, _ kind: ClientKind, _ address: IPAddress) {
        guard (try? socket.disconnect()) != nil else { return }
        switch (kind.bindsAddress, address.isIPv6) {
        case (false, false): plain4 = consume socket
        case (false, true): plain6 = consume socket
        case (true, false): bound4 = consume socket
        case (true, true): bound6 = consume socket
        }
    }
}

/// The socket of a loop probe.
enum LoopSocket {
    /// A blocking socket that connects to `address` as `kind` does; with `ports`, the kernel's choice is restricted to
    /// them.
    static func make(
        _ kind: ClientKind, to address: IPAddress, ports: PortRange?, timeout: Duration
    ) throws(SystemCallError) -> TCPSocket {
        let socket = try TCPSocket(for: address)
        try socket.deferAcknowledgement()
        try socket.setConnectTimeout(timeout)
        if let ports { try socket.setLocalPortRange(ports) }
        if kind.defersPort { try socket.setBindAddressNoPort() }
        if kind.bindsAddress { try socket.bind(to: address) }
        return socket
    }
}
