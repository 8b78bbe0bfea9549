// IP addresses as values, from configuration files, routes and netlink.
//
// They are stored as integers in host byte order, so that comparing and hashing a hundred thousand sockets needs no
// allocation. Parsing follows RFC 4291 §2.2, formatting RFC 5952.

/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address, with a zone if it is link-local.
    case v6(IPv6Address)

    /// 0.0.0.0
    package static let unspecified4 = IPAddress.v4(IPv4Address(bits: 0))
    /// ::
    package static let unspecified6 = IPAddress.v6(IPv6Address(high: 0, low: 0))
    /// 127.0.0.1
    package static let loopback4 = IPAddress.v4(.loopback)
    /// ::1
    package static let loopback6 = IPAddress.v6(.loopback)

    /// Parses `127.0.0.1`, `::1` or `fe80::1%eth0`; no brackets, no port, no host names.
    package init(_ text: some StringProtocol) throws(ParseError) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            self = .v6(try IPv6Address(text))
        } else {
            self = .v4(try IPv4Address(text))
        }
    }

    /// Whether it is an IPv6 address, including IPv4-mapped ones.
    package var isIPv6: Bool {
        if case .v6 = self { true } else { false }
    }

    /// 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1, or an IPv4-mapped loopback address.
    package var isLoopback: Bool {
        switch unmapped {
        case .v4(let address): address.isLoopback
        case .v6(let address): address.isLoopback
        }
    }

    /// 0.0.0.0, :: or ::ffff:0.0.0.0: any address for a server, this host for a client.
    package var isUnspecified: Bool {
        switch unmapped {
        case .v4(let address): address.bits == 0
        case .v6(let address): address.high == 0 && address.low == 0
        }
    }

    /// The IPv4 address in `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2); any other address unchanged.
    package var unmapped: IPAddress {
        if case .v6(let address) = self, let inner = address.mapped { .v4(inner) } else { self }
    }

    /// The address without its zone.
    package var withoutZone: IPAddress {
        guard case .v6(let address) = self, address.zone != nil else { return self }
        return .v6(IPv6Address(high: address.high, low: address.low))
    }

    /// The actual destination of packets to this address: Linux replaces an unspecified destination by loopback
    /// (`ip_route_connect`, `tcp_v6_connect`).
    package var destination: IPAddress {
        guard isUnspecified else { return unmapped }
        return unmapped.isIPv6 ? .loopback6 : .loopback4
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text, without brackets.
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number, then by zone.
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left.bits < right.bits
        case (.v6(let left), .v6(let right)):
            (left.high, left.low, left.zone ?? "") < (right.high, right.low, right.zone ?? "")
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}
