import SelfConnect

/// How many connections there are, in all and from each client address, and whether there may be one more.
struct Admission {
    /// Why a connection is turned away.
    enum Refusal: String, CaseIterable, Sendable {
        /// There are too many.
        case connections
        /// There are too many from the client's address.
        case perClient = "connections-per-client"
    }

    private var limit: Int
    private var clientLimit: Int
    private(set) var count = 0
    private var counts: [IPAddress: Int] = [:]

    /// Bounds on all connections and on those from one address.
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
    mutating func admit(_ client: IPAddress?) -> Refusal? {
        guard count < limit else { return .connections }
        if let client {
            let present = counts[client, default: 0]
            guard present < clientLimit else { return .perClient }
            counts[client] = present + 1
        }
        count += 1
        return nil
    }

    /// A connection that was admitted is gone.
    mutating func leave(_ client: IPAddress?) {
        count -= 1
        guard let client, let present = counts[client] else { return }
        counts[client] = present > 1 ? present - 1 : nil
    }
}
