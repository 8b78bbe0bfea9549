import Linux
import SelfConnect

/// The steps before connect() that make a socket a client of one kind.
enum ProbeSocket {
    /// A socket that connects to `address` as `kind` does; with `ports`, the kernel's choice is narrowed to them.
    static func make(
        _ kind: ClientKind, to address: IPAddress, ports: PortRange?, timeout: Duration
    ) throws(SystemCallError) -> TCPSocket {
        let socket = try TCPSocket(for: address)
        try socket.setConnectTimeout(timeout)
        if let ports { try socket.setLocalPortRange(ports) }
        if kind == .bindLate { try socket.setBindAddressNoPort() }
        if kind.bindsAddress { try socket.bind(to: address) }
        return socket
    }
}
