/// Ports that are watched on every address of the host, whichever those are at the moment.
public struct AllAddressesTarget: Hashable, Sendable {
    /// What people call it.
    public var name: String
    /// The ports.
    public var ports: PortSet
    /// The client kinds that the verdicts are about.
    public var clients: Set<ClientKind>
    /// Where their server binds.
    public var server: ServerBinding

    /// Whether its ports are to be guarded.
    public var isGuarded: Bool

    /// An entry as given.
    public init(
        name: String, ports: PortSet, clients: Set<ClientKind>, server: ServerBinding = .any, isGuarded: Bool = false
    ) {
        self.isGuarded = isGuarded
        self.name = name
        self.ports = ports
        self.clients = clients
        self.server = server
    }

    /// The targets that it stands for while the host has these addresses, made one by one.
    public func targets(on addresses: [IPAddress]) -> some Sequence<Target> {
        ports.ports.lazy.flatMap { port in
            addresses.lazy.map {
                Target(
                    name: name, endpoint: Endpoint($0, port), clients: clients, server: server, isGuarded: isGuarded)
            }
        }
    }
}
