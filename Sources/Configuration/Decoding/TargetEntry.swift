import SelfConnect

/// One element of `targets:`, as written: each port is watched on each address.
struct TargetEntry {
    /// The display name; nil if it could not be read.
    var name: Located<String>?
    /// An element of `addresses:`.
    enum Choice: Hashable {
        /// One address.
        case address(IPAddress)
        /// `all`: every address of the host, including addresses added later.
        case all
    }

    /// The addresses; default: both loopback addresses.
    var choices = [Located(Choice.address(.loopback4)), Located(Choice.address(.loopback6))]
    /// The ports.
    var ports: [Located<PortRange>] = []
    /// The kinds of clients that connect to the target.
    var clients = [Located(ClientKind.connect)]
    /// The network namespace; nil: that of the daemon.
    var namespace: String?
    /// Where the server binds.
    var server = ServerBinding.any
    /// Whether its ports are guarded.
    var isGuarded = Located(false)

    /// Maximum length of a name in bytes: it is a metric label and part of a URL path.
    static let longestName = 128

    /// The addresses that are listed explicitly.
    var addresses: [IPAddress] {
        choices.compactMap { if case .address(let address) = $0.value { address } else { nil } }
    }

    /// The entry as a target on all addresses; nil if it lists its addresses.
    var hostWide: AllAddressesTarget? {
        guard choices.contains(where: { $0.value == .all }) else { return nil }
        return AllAddressesTarget(
            name: name?.value ?? "", ports: PortSet(ports.map(\.value)), clients: Set(clients.map(\.value)),
            server: server, isGuarded: isGuarded.value)
    }

    /// The number of endpoints; `all` counts as two addresses.
    var count: Int { max(addresses.count, hostWide == nil ? 0 : 2) * ports.reduce(0) { $0 + $1.value.count } }
}

extension ValueDecoder where Value == TargetEntry {
    /// One entry; invalid values are omitted.
    static var targetEntry: ValueDecoder {
        mapping("a target with name: and ports:", into: TargetEntry()) { fields, entry in
            fields.require("name", name.located().optional(), into: &entry.name)
            fields.read("addresses", choice.distinctList(), into: &entry.choices)
            fields.require("ports", ValueDecoder<PortRange>.ports.distinctList(), into: &entry.ports)
            fields.read("clients", ValueDecoder<ClientKind>.word("a client kind").distinctList(), into: &entry.clients)
            fields.read("namespace", namespace.optional(), into: &entry.namespace)
            fields.read("server", ValueDecoder<ServerBinding>.word("a place where a server binds"), into: &entry.server)
            fields.read("guard", ValueDecoder<Bool>.boolean.located(), into: &entry.isGuarded)
            refuseMixtures(in: entry, fields)
        }
    }

    private static var name: ValueDecoder<String> {
        ValueDecoder<String>.text("a name", atMost: TargetEntry.longestName).map { text throws(ParseError) in
            guard text.contains(where: { !$0.isWhitespace }) else { throw ParseError("the name is empty") }
            guard (try? Endpoint(text)) == nil else {
                throw ParseError("\(text.quoted) is an endpoint: write a name that cannot be taken for one")
            }
            return text
        }
    }

    private static var choice: ValueDecoder<TargetEntry.Choice> {
        ValueDecoder<String>.text("an address such as 127.0.0.1 or \"::1\" (in quotes), or all")
            .map { text throws(ParseError) in
                if text == "all" { return .all }
                let address = try IPAddress(text)
                try address.requireZone()
                return .address(address)
            }
    }

    private static func refuseMixtures(in entry: TargetEntry, _ fields: MappingDecoder) {
        guard let place = entry.choices.first(where: { $0.value == .all })?.position else { return }
        if entry.choices.count > 1 {
            fields.report.add("all stands for every address of the host: write it alone", at: place)
        }
        if entry.namespace != nil {
            fields.report.add("all is about the daemon's own network namespace: name the addresses", at: place)
        }
    }

    private static var namespace: ValueDecoder<String> {
        ValueDecoder<String>.text("a network namespace such as blue or /run/netns/blue", atMost: 4095)
            .map { text throws(ParseError) in try NamespaceName.parse(text) }
    }
}
