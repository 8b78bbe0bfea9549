// Plain TCP, without the precautions of the daemon's own sockets: used for the tests' servers and clients.

import CLinux
import Glibc
import Linux
package import SelfConnect

/// A TCP socket that closes with its last reference, normally unless configured otherwise.
package final class PlainSocket: Sendable {
    /// The descriptor's number.
    package let number: Int32

    /// A socket of the family of `address`, whose calls wait at most for `limit`.
    package init(
        for address: IPAddress, reusesAddress: Bool = false, isIPv6Only: Bool = false, limit: Duration = Waiting.limit
    ) throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        number = socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard number >= 0 else { throw SystemCallError("socket", code: errno) }
        if reusesAddress { try set(SOL_SOCKET, SO_REUSEADDR, to: Int32(1)) }
        if isIPv6Only { try set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: Int32(1)) }
        try Self.setStallLimit(of: number, to: limit)
    }

    /// Limits the calls on a socket: a test whose other side sends nothing must not hang.
    package static func setStallLimit(of number: Int32, to limit: Duration = Waiting.limit) throws {
        var time = timeval(tv_sec: Int(limit.components.seconds), tv_usec: 0)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            guard setsockopt(number, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
                throw SystemCallError("setsockopt \(option)", code: errno)
            }
        }
    }

    private init(owning number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// A listener, opened like that of a server.
    package static func listener(
        on endpoint: Endpoint, reusesAddress: Bool = false, isIPv6Only: Bool = false
    ) throws -> PlainSocket {
        let socket = try PlainSocket(
            for: endpoint.address, reusesAddress: reusesAddress, isIPv6Only: isIPv6Only)
        try socket.bind(to: endpoint)
        try socket.listen()
        return socket
    }

    /// bind(2).
    package func bind(to endpoint: Endpoint) throws {
        let address = try SocketAddress(endpoint)
        try check("bind", endpoint, address.withSocketAddress { Glibc.bind(number, $0, $1) })
    }

    /// listen(2).
    package func listen() throws {
        guard Glibc.listen(number, 128) == 0 else { throw SystemCallError("listen", code: errno) }
    }

    /// connect(2).
    package func connect(to endpoint: Endpoint) throws {
        let address = try SocketAddress(endpoint)
        try check("connect", endpoint, address.withSocketAddress { Glibc.connect(number, $0, $1) })
    }

    /// connect(2) from one of these ports, which the kernel chooses.
    ///
    /// On a kernel without IP_LOCAL_PORT_RANGE the calling thread's namespace has no other ports meanwhile, which also
    /// affects other sockets that connect there.
    package func connect(to endpoint: Endpoint, from ports: PortRange) throws {
        if KernelFeature.hasLocalPortRange {
            try choosePort(from: ports)
            try connect(to: endpoint)
        } else {
            try PrivateNetwork.withRange(ports) { try connect(to: endpoint) }
        }
    }

    /// accept(2), within the socket's time limit; the accepted socket is non-blocking.
    package func accept() throws -> PlainSocket {
        let accepted = clinux_accept(number, nil, nil)
        guard accepted >= 0 else { throw SystemCallError("accept", code: errno) }
        return PlainSocket(owning: accepted)
    }

    /// Whether a connection's two ends are the same.
    package func isSelfConnected() throws -> Bool {
        try name("getsockname", Glibc.getsockname) == name("getpeername", Glibc.getpeername)
    }

    /// Whether a connection waits to be accepted; one that was reset meanwhile counts.
    package var hasWaitingConnection: Bool {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) == 1
    }

    /// Sends octets, and waits for space; returns false if the connection has ended.
    package func send(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Receives this many octets; returns false if they do not arrive.
    package func receive(_ count: Int) -> Bool {
        var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
        var left = count
        while left > 0 {
            let received = recv(number, &buffer, min(left, buffer.count), 0)
            guard received > 0 else { return false }
            left -= received
        }
        return true
    }

    /// Lets others of the same user with the same option have the port too (SO_REUSEPORT).
    package func sharePort() throws { try set(SOL_SOCKET, SO_REUSEPORT, to: Int32(1)) }

    /// Makes each send() a separate segment (TCP_NODELAY).
    package func sendAtOnce() throws { try set(Int32(IPPROTO_TCP), TCP_NODELAY, to: Int32(1)) }

    /// Makes close() a reset, which leaves no TIME_WAIT.
    package func resetOnClose() throws {
        try set(SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 1, l_linger: 0))
    }

    /// Restricts the kernel's choice to these ports (IP_LOCAL_PORT_RANGE).
    package func choosePort(from ports: PortRange) throws {
        let value = UInt32(ports.last) << 16 | UInt32(ports.first)
        try set(Int32(IPPROTO_IP), Int32(IP_LOCAL_PORT_RANGE), to: value)
    }

    /// Leaves the choice of the port to connect() (IP_BIND_ADDRESS_NO_PORT).
    package func choosePortLate() throws {
        try set(Int32(IPPROTO_IP), Int32(IP_BIND_ADDRESS_NO_PORT), to: Int32(1))
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, to value: Value) throws {
        var value = value
        guard setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Value>.size)) == 0 else {
            throw SystemCallError("setsockopt \(option)", code: errno)
        }
    }

    /// The octets of a socket address, compared as a whole.
    private func name(
        _ operation: String, _ get: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws -> [UInt8] {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { get(number, $0, &length) }
        }
        guard result == 0 else { throw SystemCallError(operation, code: errno) }
        return withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
    }

    private func check(_ operation: String, _ endpoint: Endpoint, _ result: Int32) throws {
        guard result == 0 else { throw SystemCallError(operation, "\(endpoint)", code: errno) }
    }
}

extension SocketAddress {
    fileprivate func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        withOctets { body($0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count)) }
    }
}
