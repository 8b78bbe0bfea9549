import Glibc
package import SelfConnect

/// The addresses of the host, in the calling thread's network namespace.
package enum HostAddresses {
    /// The addresses of all interfaces that are up (getifaddrs(3)), sorted; link-local addresses include their zone.
    package static func current() throws(SystemCallError) -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        try call("getifaddrs") { getifaddrs(&list) }
        defer { freeifaddrs(list) }
        var addresses: Set<IPAddress> = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, let address = entry.ifa_addr else { continue }
            if let endpoint = SocketAddress(copying: address)?.endpoint { addresses.insert(endpoint.address) }
        }
        return addresses.sorted()
    }
}
