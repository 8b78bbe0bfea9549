import SelfConnect

/// How many connections there are, in all and from each client, and whether there may be one more.
struct ConnectionLimiter {
    /// Why a connection is rejected.
    enum Refusal: String, CaseIterable, Sendable {
        /// There are too many.
        case connections
        /// There are too many from the client.
        case perClient = "connections-per-client"
    }

    /// Whose connections count together.
    enum Client: Hashable, Sendable {
        /// All clients without an address: those of unix sockets.
        case nameless
        /// An IPv4 address, or one IPv6 network of 64 bits, within which a host takes as many addresses as it likes
        /// (RFC 7934 §3). On a link-local network, which is every link's, each address is one. All of 127.0.0.0/8 is one
        /// client: every local user can connect from each of its addresses.
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

    /// Takes a connection in; those without an address are bounded only with all others.
    ///
    /// - Returns: why not, or nil.
    mutating func admit(_ address: IPAddress?) -> Refusal? {
        let client = Client(address)
        let present = self[client]
        if client != .nameless, present >= clientLimit { return .perClient }
        guard count < limit else { return .connections }
        counts[client] = present + 1
        count += 1
        return nil
    }

    /// A connection that was admitted is gone.
    mutating func leave(_ address: IPAddress?) {
        let client = Client(address)
        count -= 1
        counts[client] = self[client] > 1 ? self[client] - 1 : nil
    }

    /// How many connections a client has.
    subscript(client: Client) -> Int { counts[client, default: 0] }

    /// The client that has most; nil without any.
    var largest: Client? { counts.max { $0.value < $1.value }?.key }
}
