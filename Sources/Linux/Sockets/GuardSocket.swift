// A port held without a privilege. connect() is given no port to which a socket is bound, and bind() to port 0 none that
// collides (docs/kernel-facts.md, "The guard"). SO_REUSEADDR lets a server that sets it too bind and listen beside it.

import CLinux
import Glibc
package import SelfConnect

/// A socket that is bound to a port and does not listen. The port is free again with its last reference.
package final class GuardSocket: Sendable {
    private let descriptor: Descriptor
    /// What it holds.
    package let endpoint: Endpoint
    /// Its inode, by which sock_diag(7) names it.
    package let inode: UInt32

    /// Binds to an endpoint.
    ///
    /// - Throws: EADDRINUSE while a socket listens on the port, and while the port is the source port of a connection whose
    ///   socket does not set SO_REUSEADDR.
    package convenience init(on endpoint: Endpoint) throws(SystemCallError) {
        let family = endpoint.address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(owning: try call("socket") { socket(family, type, 0) })
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR, to: Int32(1), "SO_REUSEADDR")
        // Servers of the same user that set SO_REUSEPORT alone.
        try descriptor.set(SOL_SOCKET, SO_REUSEPORT, to: Int32(1), "SO_REUSEPORT")
        // Only bind() makes an IPv6 socket leave IPv4 alone; the option says so to a server on 0.0.0.0 as well.
        if family == AF_INET6 { try descriptor.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, to: Int32(1), "IPV6_V6ONLY") }
        let address = try SocketAddress(endpoint)
        let number = descriptor.number
        try call("bind", "\(endpoint)") { address.withPointer { bind(number, $0, $1) } }
        try self.init(descriptor, on: endpoint)
    }

    /// Takes over a guard that another process has bound, as the last run of this daemon did.
    ///
    /// - Parameter name: what it is called in errors.
    /// - Throws: EINVAL if it is no guard.
    package convenience init(inherited descriptor: consuming Descriptor, name: String) throws(SystemCallError) {
        let subject = "on the passed socket “\(name)”"
        let number = descriptor.number
        let options = [
            try InheritedSocket.option(SO_TYPE, of: number, subject),
            try InheritedSocket.option(SO_ACCEPTCONN, of: number, subject),
            try InheritedSocket.option(SO_REUSEADDR, of: number, subject),
        ]
        guard options == [Int32(SOCK_STREAM.rawValue), 0, 1], let endpoint = try SocketAddress(nameOf: number).endpoint,
            endpoint.port != 0
        else {
            throw SystemCallError("guard", subject, code: EINVAL)
        }
        try call("fcntl", subject) { fcntl(number, F_SETFD, FD_CLOEXEC) }
        try self.init(descriptor, on: endpoint)
    }

    private init(_ descriptor: consuming Descriptor, on endpoint: Endpoint) throws(SystemCallError) {
        let number = descriptor.number
        var status = stat()
        try call("fstat") { fstat(number, &status) }
        self.descriptor = descriptor
        self.endpoint = endpoint.unmapped
        inode = UInt32(truncatingIfNeeded: status.st_ino)
    }

    /// The descriptor's number, to be handed to the service manager.
    package var number: Int32 { descriptor.number }
}
