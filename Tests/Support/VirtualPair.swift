/// A pair of virtual network interfaces, which stands for a network card.
public enum VirtualPair {
    /// Why tests that need one cannot run here; nil if they can.
    public static let hindrance: String? = {
        if let hindrance = PrivateNetwork.hindrance { return hindrance }
        guard Command.path(of: "ip") != nil else { return "needs ip (iproute2)" }
        do {
            try PrivateNetwork.run { try make() }
            return nil
        } catch {
            return "needs veth interfaces: \(error)"
        }
    }()

    /// Whether one can be made: for `.enabled(if:)`.
    public static var isAvailable: Bool { hindrance == nil }

    /// Makes v0 with a primary and a secondary IPv4 address, two global IPv6 addresses and a link-local one.
    ///
    /// The kernel sets the local routes of IPv6 addresses up behind the scenes, later on a busy machine: until then
    /// packets to them would leave by v0. So it is waited for them.
    public static func make() throws {
        try PrivateNetwork.write("0", to: "net/ipv6/conf/default/accept_dad")
        try Command.script(
            """
            ip -batch - <<END
            link add v0 type veth peer name v1
            addr add 192.168.77.1/24 dev v0
            addr add 192.168.77.2/24 dev v0
            addr add 2001:db8:77::1/64 dev v0 nodad
            addr add 2001:db8:77::2/64 dev v0 nodad
            addr add fe80::77/64 dev v0 nodad
            link set v1 up
            link set v0 up
            END
            tries=0
            until [ "$(ip -6 route show table local | grep -cE '^local (2001:db8:77::[12]|fe80::77) ')" = 3 ]; do
                [ $((tries += 1)) -lt 6000 ]
                sleep 0.01
            done
            """)
    }
}
