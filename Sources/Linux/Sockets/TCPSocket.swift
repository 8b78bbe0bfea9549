// A client's TCP socket, with the calls that determine how the kernel chooses its source port.

import CLinux
import Glibc
package import SelfConnect

/// A blocking TCP socket for connecting.
///
/// It never leaves a TIME_WAIT: SO_LINGER {1, 0} makes every close a reset, also when the process is killed
/// (socket(7)). It sets SO_REUSEADDR, so that a server that also sets it can bind the port meanwhile. It is marked, so
/// that no survey mistakes a probe for a client (`ProbeMark`).
package struct TCPSocket: ~Copyable {
    private let descriptor: Descriptor

    /// A socket of the family of `address`. Only tests omit SO_REUSEADDR, to see the ports that other clients get.
    package init(for address: IPAddress, reusesAddress: Bool = true) throws(SystemCallError) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try call("socket") { socket(family, type, 0) })
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR, to: Int32(reusesAddress ? 1 : 0), "SO_REUSEADDR")
        try descriptor.set(SOL_SOCKET, SO_LINGER, to: linger(l_onoff: 1, l_linger: 0), "SO_LINGER")
        try descriptor.set(SOL_SOCKET, SO_SNDBUF, to: ProbeMark.size, "SO_SNDBUF")
        try descriptor.set(SOL_SOCKET, SO_MAX_PACING_RATE, to: ProbeMark.pacingRate, "SO_MAX_PACING_RATE")
        self.descriptor = descriptor
    }

    /// The descriptor's number, for system calls in a tight loop.
    var number: Int32 { descriptor.number }

    /// setsockopt(2).
    func set(
        _ level: Int32, _ option: Int32, to value: Int32, _ name: String
    ) throws(SystemCallError) {
        try descriptor.set(level, option, to: value, name)
    }

    /// Limits the duration of one connect() with SO_SNDTIMEO (socket(7)).
    package func setConnectTimeout(_ timeout: Duration) throws(SystemCallError) {
        let parts = timeout.components
        let time = timeval(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
        try descriptor.set(SOL_SOCKET, SO_SNDTIMEO, to: time, "SO_SNDTIMEO")
    }

    /// Restricts the kernel's choice of this socket's port to `ports`: IP_LOCAL_PORT_RANGE (ip(7)).
    ///
    /// Ports outside the namespace's ephemeral range are ignored without an error. The level is IPPROTO_IP for IPv6
    /// sockets too: on IPPROTO_IPV6 the same number is another option.
    package func setLocalPortRange(_ ports: PortRange) throws(SystemCallError) {
        let value = UInt32(ports.last) << 16 | UInt32(ports.first)
        try descriptor.set(Int32(IPPROTO_IP), Int32(IP_LOCAL_PORT_RANGE), to: value, "IP_LOCAL_PORT_RANGE")
    }

    /// Leaves the choice of the port to connect() although the address is bound: IP_BIND_ADDRESS_NO_PORT (ip(7)).
    package func setBindAddressNoPort(_ isSet: Bool = true) throws(SystemCallError) {
        try descriptor.set(
            Int32(IPPROTO_IP), Int32(IP_BIND_ADDRESS_NO_PORT), to: Int32(isSet ? 1 : 0), "IP_BIND_ADDRESS_NO_PORT")
    }

    /// Binds to an address, with a port of the kernel's choice, like a client with a configured source address.
    package func bind(to address: IPAddress) throws(SystemCallError) {
        let local = try SocketAddress(address, port: 0)
        try call("bind", "\(address)") { local.withPointer { Glibc.bind(number, $0, $1) } }
    }

    /// Binds to an address and a port, like a server.
    package func bind(to endpoint: Endpoint) throws(SystemCallError) {
        let local = try SocketAddress(endpoint)
        try call("bind", "\(endpoint)") { local.withPointer { Glibc.bind(number, $0, $1) } }
    }

    /// Connects and returns the endpoints of the connection.
    ///
    /// A signal does not end the attempt: it continues within the timeout. A timeout throws EINPROGRESS or EALREADY.
    package func connect(to peer: SocketAddress) throws(SystemCallError) -> (local: Endpoint, peer: Endpoint) {
        guard peer.withPointer({ Glibc.connect(number, $0, $1) }) != 0 else { return try names() }
        let code = errno
        guard code == EINTR else { throw Self.failure(peer, code) }
        // A second call waits for the attempt of the first (connect(2)) with the same timeout.
        guard peer.withPointer({ Glibc.connect(number, $0, $1) }) != 0, errno != EISCONN else { return try names() }
        throw Self.failure(peer, errno)
    }

    /// The local and the remote end of the connection.
    package func names() throws(SystemCallError) -> (local: Endpoint, peer: Endpoint) {
        (try name("getsockname", Glibc.getsockname), try name("getpeername", Glibc.getpeername))
    }

    /// The socket's local end, once it has one.
    package func localEndpoint() throws(SystemCallError) -> Endpoint { try name("getsockname", Glibc.getsockname) }

    /// Resets the connection so that the socket can be reused; a bound address is kept: connect(AF_UNSPEC)
    /// (connect(2)).
    package func disconnect() throws(SystemCallError) {
        var unspecified = sockaddr()
        unspecified.sa_family = sa_family_t(AF_UNSPEC)
        try call("connect AF_UNSPEC") { Glibc.connect(number, &unspecified, socklen_t(MemoryLayout<sockaddr>.size)) }
    }

    private func name(
        _ operation: String, _ get: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemCallError) -> Endpoint {
        var address = SocketAddress()
        try call(operation) { address.withMutablePointer { get(number, $0, $1) } }
        guard let endpoint = address.endpoint else { throw SystemCallError(operation, code: EAFNOSUPPORT) }
        return endpoint
    }

    /// A connect() that failed: counted, if the other side refused it.
    static func failure(_ peer: SocketAddress, _ code: Int32) -> SystemCallError {
        OwnFailedConnects.count(code)
        return SystemCallError("connect", peer.endpoint.map { "\($0)" } ?? "", code: code)
    }
}

extension Descriptor {
    /// setsockopt(2).
    func set<Value: BitwiseCopyable>(
        _ level: Int32, _ option: Int32, to value: Value, _ name: String
    ) throws(SystemCallError) {
        var value = value
        try call("setsockopt \(name)") {
            setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Value>.size))
        }
    }
}
