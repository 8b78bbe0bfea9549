import SelfConnect

/// How many connections there are, in all and from each client, and whether there may be one more.
struct Admission {
    /// Why a connection is turned away.
    enum Refusal: String, CaseIterable, Sendable {
        /// There are too many.
        case connections
        /// There are too many from the client.
        case perClient = "connections-per-client"
    }

    private var limit: Int
    private var clientLimit: Int
    private(set) var count = 0
    private var counts: [IPAddress: Int] = [:]

    /// Bounds on all connections and on those from one client.
    init(limit: Int, perClient: Int) {
        self.limit = limit
        clientLimit = perClient
    }

    /// Other bounds from now on; connections that are there stay.
    mutating func change(limit: Int, perClient: Int) {
        self.limit = limit
        clientLimit = perClient
    }

    /// Takes a connection in; a client without an address is counted among all only.
    ///
    /// - Returns: why not, or nil.
    mutating func admit(_ address: IPAddress?) -> Refusal? {
        guard count < limit else { return .connections }
        if let client = address?.client {
            let present = counts[client, default: 0]
            guard present < clientLimit else { return .perClient }
            counts[client] = present + 1
        }
        count += 1
        return nil
    }

    /// A connection that was admitted is gone.
    mutating func leave(_ address: IPAddress?) {
        count -= 1
        guard let client = address?.client, let present = counts[client] else { return }
        counts[client] = present > 1 ? present - 1 : nil
    }
}

extension IPAddress {
    /// What is one client: an IPv4 address; of IPv6 the network of 64 bits, within which a host takes as many addresses
    /// as it likes (RFC 7934 §3). On a link-local network, which is every link's, each address is one.
    fileprivate var client: IPAddress {
        guard case .v6(let address) = unmapped, !address.isLinkLocal else { return unmapped }
        return .v6(IPv6Address(high: address.high, low: 0))
    }
}
