// Names of hosts, for commands alone. The daemon takes addresses: a lookup may block for as long as the resolver waits for
// servers that do not answer (resolv.conf(5): by default 5 seconds each, twice), and cannot be interrupted.

import CLinux
import Glibc
package import SelfConnect

/// Looks up the addresses of hosts (getaddrinfo(3)).
package enum NameLookup {
    /// The addresses of a host, in the order of the resolver, each once. Blocks: see above.
    ///
    /// - Throws: the reason of the resolver, such as `Name or service not known`.
    package static func addresses(of name: HostName) throws(ParseError) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name.description, nil, &hints, &list)
        guard code == 0 else { throw ParseError(reason(code)) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            let address = entry.pointee.ai_addr.flatMap { SocketAddress(copying: $0)?.endpoint?.address.unmapped }
            if let address, !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func reason(_ code: Int32) -> String {
        let fault = errno
        return code == EAI_SYSTEM
            ? "\(SystemCallError("getaddrinfo", code: fault))" : String(cString: gai_strerror(code))
    }
}
