/// Rules of nftables in the calling thread's namespace.
package enum PacketFilter {
    /// Why tests that need rules cannot run here; nil if they can.
    package static let hindrance: String? = {
        if let hindrance = PrivateNetwork.hindrance { return hindrance }
        guard Command.path(of: "nft") != nil else { return "needs nft" }
        do {
            try PrivateNetwork.run { try onOutput("tcp dport 1 drop") }
            return nil
        } catch {
            return "needs the kernel's nf_tables: \(error)"
        }
    }()

    /// Whether rules can be set: for `.enabled(if:)`.
    package static var isAvailable: Bool { hindrance == nil }

    /// Sets one rule for outgoing packets, including loopback, such as `tcp dport 40002 drop`.
    package static func onOutput(_ rule: String) throws {
        try Command.run(
            "nft", "table inet test { chain output { type filter hook output priority 0; \(rule); }; }")
    }

    /// Counts outgoing packets that match, such as `ip daddr 192.0.2.1`.
    package static func count(_ match: String) throws {
        try onOutput("\(match) counter")
    }

    /// The current count.
    package static func counted() throws -> Int {
        let words = try Command.run("nft", "list", "table", "inet", "test").split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "packets"), let count = Int(words[index + 1]) else {
            preconditionFailure("no counter was set")
        }
        return count
    }
}
