import SelfConnect

/// Counts connections, in total and per client, and decides whether another one is accepted.
struct ConnectionLimiter {
    /// Why a connection is rejected.
    enum Refusal: String, CaseIterable, Sendable {
        /// The limit on all connections is reached.
        case connections
        /// The limit per client is reached.
        case perClient = "connections-per-client"
    }

    /// Identifies the client that a connection is counted for.
    enum Client: Hashable, Sendable {
        /// All clients without an address, i.e. of unix sockets.
        case nameless
        /// An IPv4 address or an IPv6 /64 network, in which a host can use any number of addresses (RFC 7934 §3). The
        /// link-local network is the same on every link, so its addresses are distinguished. 127.0.0.0/8 is one client:
        /// every local user can connect from each of its addresses.
        case host(IPAddress)

        init(_ address: IPAddress?) {
            switch address?.unmapped {
            case nil: self = .nameless
            case .v6(let address)? where !address.isLinkLocal:
                self = .host(.v6(IPv6Address(high: address.high, low: 0)))
            case let address?: self = .host(address.isLoopback ? .loopback4 : address)
            }
        }
    }

    private var limit: Int
    private var clientLimit: Int
    private(set) var count = 0
    private var counts: [Client: Int] = [:]

    /// Limits on all connections and on those of one client.
    init(limit: Int, perClient: Int) {
        self.limit = limit
        clientLimit = perClient
    }

    /// Changes the limits; existing connections stay.
    mutating func change(limit: Int, perClient: Int) {
        self.limit = limit
        clientLimit = perClient
    }

    /// Counts a connection unless a limit is reached; only the total limit applies to clients without an address.
    ///
    /// - Returns: the reason for rejection, or nil.
    mutating func admit(_ address: IPAddress?) -> Refusal? {
        let client = Client(address)
        let present = self[client]
        if client != .nameless, present >= clientLimit { return .perClient }
        guard count < limit else { return .connections }
        counts[client] = present + 1
        count += 1
        return nil
    }

    /// Uncounts a connection that has ended.
    mutating func leave(_ address: IPAddress?) {
        let client = Client(address)
        count -= 1
        counts[client] = self[client] > 1 ? self[client] - 1 : nil
    }

    /// The number of a client's connections.
    subscript(client: Client) -> Int { counts[client, default: 0] }

    /// The client with the most connections; nil without any.
    var largest: Client? { counts.max { $0.value < $1.value }?.key }
}
