// Ports behind NAT, as set up by Docker, kube-proxy and portmap: the port has no listener, and a rule in the output
// hook redirects each connection to a service elsewhere, while both endpoints of the connection appear unchanged.

import Linux
package import SelfConnect

/// Services for both families and a rule that redirects a test's port to them; removed with this value.
package final class RedirectedService: Sendable {
    /// Where the rule redirects to.
    package enum Way: String, CaseIterable, Sendable {
        /// A service in the same namespace.
        case redirect
        /// A service in another namespace, which is equivalent to another machine.
        case dnat
    }

    /// The port of the services.
    package static let port: UInt16 = 8080

    /// Why redirection is impossible here; nil if it is possible.
    package static let hindrance: String? = {
        if let hindrance = VirtualPair.hindrance ?? PacketFilter.hindrance { return hindrance }
        do {
            for way in Way.allCases { try PrivateNetwork.run { _ = try RedirectedService(way, from: "40000") } }
            return nil
        } catch {
            return "needs nf_tables with NAT: \(error)"
        }
    }()

    /// Whether it is possible: for `.enabled(if:)`.
    package static var isAvailable: Bool { hindrance == nil }

    /// The listening sockets.
    package let listeners: [PlainSocket]
    private let way: Way
    private let network: OtherNetwork?

    /// Services, and a rule for `ports`, such as `40000` or `40000-40200`; no rule without ports. With `listens` false,
    /// the test provides the services.
    package init(_ way: Way = .redirect, from ports: String? = nil, listens: Bool = true) throws {
        self.way = way
        network = way == .dnat ? try OtherNetwork.make() : nil
        listeners = !listens ? [] : try network?.listeners() ?? Self.listeners(on: [.loopback4, .loopback6])
        try Command.run("nft", "add table inet redirection")
        try Command.run(
            "nft",
            """
            table inet redirection {
                counter syns {}
                chain lead { type nat hook output priority -100; }
                chain leave { type nat hook postrouting priority 100; oifname "v0" masquerade; }
                chain sent {
                    type filter hook output priority 0;
                    tcp dport \(Self.port) tcp flags & (syn | ack) == syn counter name syns;
                }
            }
            """)
        // Connection tracking forgets a reset connection soon: until then new ones with its endpoints follow the old
        // route.
        try PrivateNetwork.write("1", to: "net/netfilter/nf_conntrack_tcp_timeout_close")
        if let ports { try redirect(ports) }
    }

    /// Waits until a changed rule applies to connections with the endpoints of earlier ones.
    package static func awaitForgetting() { Thread.sleep(.milliseconds(2500)) }

    /// A local address that the rule redirects to a service.
    package static func address(_ way: Way, isIPv6: Bool) -> IPAddress {
        guard isIPv6 else { return .loopback4 }
        // The kernel does not route packets from ::1 to another interface.
        return way == .dnat ? OtherNetwork.ownAddress6 : .loopback6
    }

    /// Sets the rule.
    package func redirect(_ ports: String) throws {
        let rules =
            switch way {
            case .redirect: ["tcp dport \(ports) redirect to :\(Self.port)"]
            case .dnat: OtherNetwork.rules(ports)
            }
        for rule in rules { try Command.run("nft", "add rule inet redirection lead \(rule)") }
    }

    /// Removes the rule. Connections that it has redirected stay redirected.
    package func restore() throws {
        try Command.run("nft", "flush chain inet redirection lead")
    }

    /// The number of SYNs sent to the services.
    package func synCount() throws -> Int {
        let words = try Command.run("nft", "list counter inet redirection syns").split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "packets"), let count = Int(words[index + 1]) else {
            preconditionFailure("the table has the counter")
        }
        return count
    }

    /// Whether a connection is waiting to be accepted, or was and has been reset.
    package var isReached: Bool { listeners.contains(where: \.hasWaitingConnection) }

    fileprivate static func listeners(on addresses: [IPAddress]) throws -> [PlainSocket] {
        try addresses.map { try .listener(on: Endpoint($0, port)) }
    }
}

/// Another network namespace, with a link to the test's own.
private struct OtherNetwork: ~Copyable, Sendable {
    static let ownAddress6 = IPAddress.v6(IPv6Address(high: 0xFD77_0000_0000_0000, low: 1))
    private static let address4 = IPAddress.v4(IPv4Address(bits: 0x0A4D_0002))
    private static let address6 = IPAddress.v6(IPv6Address(high: 0xFD77_0000_0000_0000, low: 2))
    private let namespace: NamedNamespace

    /// A new one.
    static func make() throws -> OtherNetwork {
        let namespace = try NamedNamespace()
        try link(namespace)
        return OtherNetwork(namespace: namespace)
    }

    private static func link(_ namespace: borrowing NamedNamespace) throws {
        try PrivateNetwork.write("0", to: "net/ipv6/conf/default/accept_dad")
        try namespace.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
        try Command.script(
            """
            ip link add v0 type veth peer name v1 netns \(namespace.name)
            ip addr add 10.77.0.1/24 dev v0
            ip addr add fd77::1/64 dev v0 nodad
            ip link set v0 up
            ip -n \(namespace.name) addr add 10.77.0.2/24 dev v1
            ip -n \(namespace.name) addr add fd77::2/64 dev v1 nodad
            ip -n \(namespace.name) link set v1 up
            """)
        try PrivateNetwork.write("1", to: "net/ipv4/conf/all/route_localnet")
    }

    static func rules(_ ports: String) -> [String] {
        let target = RedirectedService.port
        return [
            "ip daddr 127.0.0.1 tcp dport \(ports) dnat ip to \(Endpoint(address4, target))",
            "ip6 daddr \(ownAddress6) tcp dport \(ports) dnat ip6 to \(Endpoint(address6, target))",
        ]
    }

    /// Listeners that respond at once: waits until the addresses of the link are resolved.
    func listeners() throws -> [PlainSocket] {
        let here = try NetworkNamespace.current()
        try NetworkNamespace.open(namespace.path).enter()
        let listeners: [PlainSocket]
        do {
            listeners = try RedirectedService.listeners(on: [Self.address4, Self.address6])
            try here.enter()
        } catch {
            try here.enter()
            throw error
        }
        for (address, listener) in zip([Self.address4, Self.address6], listeners) {
            _ = try Waiting.holds {
                let client = try PlainSocket(for: address)
                try client.resetOnClose()
                guard (try? client.connect(to: Endpoint(address, RedirectedService.port))) != nil else { return false }
                _ = try listener.accept()
                return true
            }
        }
        return listeners
    }
}
