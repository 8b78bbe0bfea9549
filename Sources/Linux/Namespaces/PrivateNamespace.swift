// A network namespace for experiments. Sysctls and addresses can only be written through a value of this type, which
// exists only on a thread that has left the host's namespace permanently, so the host cannot be affected.

import CLinux
import Glibc
package import SelfConnect

/// A new network namespace, in which the calling thread stays; it is deleted when the thread ends. It contains only
/// loopback, which is up.
package struct PrivateNamespace: ~Copyable {
    private static let loopback = "lo"
    /// Time limit for an added address to be usable.
    private static let timeout = Duration.seconds(5)
    private var netlink: NetlinkSocket
    private var addresses: AddressSurvey
    private let interface: UInt32

    /// Moves the calling thread into a new namespace. Needs CAP_SYS_ADMIN; that of a user namespace is sufficient.
    package init() throws(SystemCallError) {
        try NetworkNamespace.unshare()
        try Self.bringUpLoopback()
        let netlink = try NetlinkSocket(protocol: NETLINK_ROUTE)
        let addresses = try AddressSurvey()
        self.netlink = netlink
        self.addresses = addresses
        interface = if_nametoindex(Self.loopback)
    }

    /// Sets ephemeral range, step width and reserved ports as in `facts`, which were read in another namespace.
    package func apply(_ facts: KernelFacts) throws(SystemCallError) {
        let range = facts.ephemeralRange
        try write("\(range.first) \(range.last)", to: "ip_local_port_range")
        if let width = facts.stepWidth { try write("\(width)", to: "ip_local_port_step_width") }
        try reserve(facts.reservedPorts)
    }

    /// Sets the reserved ports.
    package func reserve(_ ports: PortSet) throws(SystemCallError) {
        try write("\(ports)\n", to: "ip_local_reserved_ports")
    }

    /// Adds an address to loopback. A link-local address gets another zone: returns the address as it is in this
    /// namespace.
    package mutating func add(_ address: IPAddress) throws(SystemCallError) -> IPAddress {
        let payload = RouteCodec.addition(of: address, to: interface)
        try netlink.request(
            "add address \(address)", type: UInt16(RTM_NEWADDR), flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
            payload: payload, restart: {}, record: { _, _ in })
        let added = Self.onLoopback(address)
        // The kernel adds the route of an IPv6 address asynchronously (addrconf_dad_work).
        let end = Clock.monotonic + Self.timeout
        while try !addresses.facts(about: added).isOwn {
            guard Clock.monotonic < end else { throw SystemCallError("add address", "\(added)", code: ETIMEDOUT) }
            Thread.sleep(.milliseconds(1))
        }
        return added
    }

    private static func onLoopback(_ address: IPAddress) -> IPAddress {
        guard case .v6(let inner) = address, inner.zone != nil else { return address }
        return .v6(IPv6Address(high: inner.high, low: inner.low, zone: loopback))
    }

    /// Writes a sysctl of net.ipv4. The kernel reads a list in pieces of one page, split at a comma: the rest must be
    /// written to the same open file, otherwise it replaces the list (proc_do_large_bitmap).
    private func write(_ value: String, to name: String) throws(SystemCallError) {
        let path = "/proc/sys/net/ipv4/" + name
        let file = Descriptor(owning: try call("open", path) { open(path, O_WRONLY | O_CLOEXEC) })
        var rest = Array(value.utf8)[...]
        while !rest.isEmpty {
            let count = try call("write", path) {
                rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            }
            guard count > 0 else { throw SystemCallError("write", path, code: EIO) }
            rest = rest.dropFirst(count)
        }
    }

    private static func bringUpLoopback() throws(SystemCallError) {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try call("socket") { Glibc.socket(AF_INET, type, 0) })
        var request = ifreq()
        withUnsafeMutableBytes(of: &request.ifr_ifrn.ifrn_name) { $0.copyBytes(from: loopback.utf8) }
        try call("ioctl SIOCGIFFLAGS", loopback) { ioctl(socket.number, UInt(SIOCGIFFLAGS), &request) }
        request.ifr_ifru.ifru_flags |= Int16(IFF_UP)
        try call("ioctl SIOCSIFFLAGS", loopback) { ioctl(socket.number, UInt(SIOCSIFFLAGS), &request) }
    }
}
