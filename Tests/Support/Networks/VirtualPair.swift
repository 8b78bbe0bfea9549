import Glibc
import Linux

/// A pair of virtual network interfaces, in place of a network card.
package enum VirtualPair {
    /// Why tests that need one cannot run here; nil if they can.
    package static let hindrance: String? = {
        if let hindrance = PrivateNetwork.hindrance { return hindrance }
        guard Command.path(of: "ip") != nil else { return "needs ip (iproute2)" }
        do {
            try PrivateNetwork.run { try make() }
            return nil
        } catch {
            return "needs veth interfaces: \(error)"
        }
    }()

    /// Whether a pair can be created: for `.enabled(if:)`.
    package static var isAvailable: Bool { hindrance == nil }

    /// Creates v0 with a primary and a secondary IPv4 address, two global IPv6 addresses and a link-local one.
    ///
    /// The kernel adds the local routes of IPv6 addresses asynchronously, later on a busy machine; before that, packets
    /// to them would leave by v0. So this waits for the routes.
    package static func make() throws {
        try PrivateNetwork.write("0", to: "net/ipv6/conf/default/accept_dad")
        let commands = try TemporaryFile(
            """
            link add v0 type veth peer name v1
            addr add 192.168.77.1/24 dev v0
            addr add 192.168.77.2/24 dev v0
            addr add 2001:db8:77::1/64 dev v0 nodad
            addr add 2001:db8:77::2/64 dev v0 nodad
            addr add fe80::77/64 dev v0 nodad
            link set v1 up
            link set v0 up

            """)
        try Command.run("ip", "-batch", commands.path)
        guard try Waiting.holds(every: .milliseconds(1), { try localRoutes().isSuperset(of: addresses) }) else {
            throw SystemCallError("ip", "no local routes", code: ETIMEDOUT)
        }
    }

    /// The IPv6 addresses in the format of /proc/net/ipv6_route.
    private static let addresses: Set = [
        "20010db8007700000000000000000001", "20010db8007700000000000000000002", "fe800000000000000000000000000077",
    ]

    /// The local IPv6 addresses: routes with RTF_LOCAL, 0x80000000, among their flags (ipv6_route.h).
    private static func localRoutes() throws -> Set<String> {
        var routes: Set<String> = []
        for line in try KernelFile.text("/proc/thread-self/net/ipv6_route").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 8, fields[1] == "80", let flags = UInt32(fields[8], radix: 16) else { continue }
            if flags & 0x8000_0000 != 0 { routes.insert(String(fields[0])) }
        }
        return routes
    }
}
