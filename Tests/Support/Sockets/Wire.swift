import Linux

/// A link out of a private network, with a default route and a packet counter.
package enum Wire {
    /// The local address on it.
    package static let address = "198.51.100.1"

    /// Creates the link: a pair of virtual Ethernet devices, because not every kernel has dummy ones.
    ///
    /// IPv6 is disabled: it would send packets by itself, to find neighbours and routers.
    package static func lay() throws {
        try Command.script("ip link add wire type veth peer name far")
        for device in ["wire", "far"] { try PrivateNetwork.write("1", to: "net/ipv6/conf/\(device)/disable_ipv6") }
        try Command.script(
            """
            ip link set wire up
            ip link set far up
            ip address add \(address)/24 dev wire
            ip route add default via 198.51.100.2
            """)
    }

    /// The number of packets sent so far, including ARP requests (proc(5)).
    package static func packetCount() throws -> Int {
        let lines = try KernelFile.text("/proc/thread-self/net/dev").split(separator: "\n")
        let line = lines.first { $0.drop { $0 == " " }.hasPrefix("wire:") }
        let fields = line?.split(separator: ":").last?.split(separator: " ") ?? []
        guard fields.count > 9, let count = Int(fields[9]) else {
            throw SystemCallError("read", "/proc/thread-self/net/dev: no wire", code: 0)
        }
        return count
    }
}
