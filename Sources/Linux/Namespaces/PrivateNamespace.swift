// A network namespace to try things in. Writing sysctls and addresses is possible only through a value of this type,
// and there is one only on a thread that has left the host's namespace for good: the host cannot be hit.

import CLinux
import Glibc
public import SelfConnect

/// A new network namespace, in which the calling thread stays; it goes with the thread. Loopback is up, and nothing
/// else is there.
public struct PrivateNamespace: ~Copyable {
    private static let loopback = "lo"
    private static let patience = Duration.seconds(5)
    private var netlink: NetlinkSocket
    private var addresses: AddressSurvey
    private let interface: UInt32

    /// Moves the calling thread into a new namespace. Needs CAP_SYS_ADMIN, also one of a user namespace.
    public init() throws(SystemCallError) {
        try NetworkNamespace.unshare()
        try Self.bringUpLoopback()
        let netlink = try NetlinkSocket(protocol: NETLINK_ROUTE)
        let addresses = try AddressSurvey()
        self.netlink = netlink
        self.addresses = addresses
        interface = if_nametoindex(Self.loopback)
    }

    /// Makes the range, the width of a step and the reserved ports what `facts` tell of another namespace.
    public func take(_ facts: KernelFacts) throws(SystemCallError) {
        let range = facts.ephemeralRange
        try write("\(range.first) \(range.last)", to: "ip_local_port_range")
        if let width = facts.stepWidth { try write("\(width)", to: "ip_local_port_step_width") }
        try reserve(facts.reservedPorts)
    }

    /// Makes these the reserved ports, and no others.
    public func reserve(_ ports: PortSet) throws(SystemCallError) {
        try write("\(ports)\n", to: "ip_local_reserved_ports")
    }

    /// Makes an address one of this namespace's own, on loopback. A link-local one is known there by another zone:
    /// the address as it is here.
    public mutating func add(_ address: IPAddress) throws(SystemCallError) -> IPAddress {
        let payload = RouteCodec.addition(of: address, to: interface)
        try netlink.ask(
            "add address \(address)", type: UInt16(RTM_NEWADDR), flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
            payload: payload, restart: {}, record: { _, _ in })
        let added = Self.onLoopback(address)
        // The kernel makes the route of an IPv6 address in a moment of its own choosing (addrconf_dad_work).
        let end = Clock.monotonic + Self.patience
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

    /// Writes a sysctl of net.ipv4. The kernel takes a list in pieces of a page, cut at a comma: the rest has to be
    /// written behind it, to the same open file, or the list is replaced (proc_do_large_bitmap).
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
