// Endpoints in the kernel's format: sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)).

import CLinux
import Glibc
package import SelfConnect

/// A socket address, with its length.
package struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    /// The kernel's format of an endpoint; port 0 is allowed for bind().
    package init(_ address: IPAddress, port: UInt16) throws(SystemCallError) {
        switch address {
        case .v4(let address):
            var inner = sockaddr_in()
            inner.sin_family = sa_family_t(AF_INET)
            inner.sin_port = port.bigEndian
            inner.sin_addr.s_addr = address.bits.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: inner, as: sockaddr_in.self) }
        case .v6(let address):
            var inner = sockaddr_in6()
            inner.sin6_family = sa_family_t(AF_INET6)
            inner.sin6_port = port.bigEndian
            inner.sin6_scope_id = try Self.index(ofZone: address.zone)
            withUnsafeMutableBytes(of: &inner.sin6_addr) { bytes in
                bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: inner, as: sockaddr_in6.self) }
        }
    }

    /// The kernel's format of an endpoint.
    package init(_ endpoint: Endpoint) throws(SystemCallError) {
        try self.init(endpoint.address, port: endpoint.port)
    }

    /// An empty address for the kernel to fill, large enough for any family.
    init() {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    }

    /// The local name of a socket (getsockname(2)).
    init(nameOf number: Int32) throws(SystemCallError) {
        self.init()
        try call("getsockname") { withMutablePointer { getsockname(number, $0, $1) } }
    }

    /// The path of a unix socket, empty for one without; nil for other families.
    var path: String? {
        guard family == AF_UNIX else { return nil }
        return withUnsafeBytes(of: storage) { bytes in
            let name = bytes.prefix(Int(length)).dropFirst(MemoryLayout<sa_family_t>.size)
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// A copy of an address; nil for other families.
    init?(copying address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET: length = socklen_t(MemoryLayout<sockaddr_in>.size)
        case AF_INET6: length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        default: return nil
        }
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
    }

    /// As a Swift value; nil for other families.
    package var endpoint: Endpoint? {
        withUnsafeBytes(of: storage) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let inner = bytes.load(as: sockaddr_in.self)
                let address = IPv4Address(bits: UInt32(bigEndian: inner.sin_addr.s_addr))
                return Endpoint(.v4(address), UInt16(bigEndian: inner.sin_port))
            case AF_INET6:
                let inner = bytes.load(as: sockaddr_in6.self)
                let halves = withUnsafeBytes(of: inner.sin6_addr) {
                    ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                }
                let address = IPv6Address(
                    high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1),
                    zone: inner.sin6_scope_id == 0 ? nil : Self.zone(ofIndex: inner.sin6_scope_id))
                return Endpoint(.v6(address), UInt16(bigEndian: inner.sin6_port))
            default: return nil
            }
        }
    }

    /// The address family, AF_INET or AF_INET6.
    var family: Int32 { Int32(storage.ss_family) }

    /// Passes the address to a system call that reads it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Passes the octets of the address, a `struct sockaddr` of its family.
    package func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(Int(length)))) }
    }

    /// Passes the address to a system call that fills it.
    mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                withUnsafeMutablePointer(to: &length) { body(pointer, $0) }
            }
        }
    }

    /// An interface by name or by number (RFC 4007 §11.2).
    static func index(ofZone zone: String?) throws(SystemCallError) -> UInt32 {
        guard let zone else { return 0 }
        if let number = UInt32(zone) { return number }
        let index = if_nametoindex(zone)
        guard index != 0 else { throw SystemCallError("if_nametoindex", zone, code: errno) }
        return index
    }

    static func zone(ofIndex index: UInt32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
            guard let name = buffer.baseAddress.flatMap({ if_indextoname(index, $0) }) else { return "\(index)" }
            return String(cString: name)
        }
    }
}
