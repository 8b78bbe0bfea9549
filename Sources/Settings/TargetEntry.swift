import SelfConnect

/// One element of `targets:`, as written: every port is watched on every address.
struct TargetEntry {
    /// What people call it; nil if that could not be read.
    var name: Located<String>?
    /// The addresses, by default both loopback addresses.
    var addresses = [Located(IPAddress.loopback4), Located(IPAddress.loopback6)]
    /// The ports.
    var ports: [Located<PortRange>] = []
    /// The kinds of clients that it has.
    var clients = [Located(ClientKind.connect)]
    /// The network namespace that it is watched in; nil: the daemon's own.
    var namespace: String?

    /// The longest name in bytes: it is a metric label and a part of a path.
    static let longestName = 128

    /// How many endpoints it stands for.
    var count: Int { addresses.count * ports.reduce(0) { $0 + $1.value.count } }
}

extension Shape where Value == TargetEntry {
    /// One entry; what is faulty in it is left out.
    static var targetEntry: Shape {
        mapping("a target with name: and ports:", into: TargetEntry()) { fields, entry in
            fields.require("name", name.located().optional(), into: &entry.name)
            fields.read("addresses", address.distinctList(), into: &entry.addresses)
            fields.require("ports", ports.distinctList(), into: &entry.ports)
            fields.read("clients", Shape<ClientKind>.word("a client kind").distinctList(), into: &entry.clients)
            fields.read("namespace", namespace.optional(), into: &entry.namespace)
        }
    }

    private static var name: Shape<String> {
        Shape<String>.text("a name", atMost: TargetEntry.longestName).map { text throws(MalformedText) in
            guard text.contains(where: { !$0.isWhitespace }) else { throw MalformedText("the name is empty") }
            guard (try? Endpoint(text)) == nil else {
                throw MalformedText("\(text.quoted) is an endpoint: write a name that cannot be taken for one")
            }
            return text
        }
    }

    private static var address: Shape<IPAddress> {
        Shape<String>.text("an address such as 127.0.0.1 or \"::1\" (in quotes)").map { text throws(MalformedText) in
            let address = try IPAddress(text)
            try address.requireZone()
            return address
        }
    }

    private static var namespace: Shape<String> {
        Shape<String>.text("a network namespace such as blue or /run/netns/blue", atMost: 4095)
            .map { text throws(MalformedText) in try NamespaceName.parse(text) }
    }

    private static var ports: Shape<PortRange> {
        Shape<String>.text("ports such as 50010 or 50070-50075").map { text throws(MalformedText) in
            try PortRange(text)
        }
    }
}
