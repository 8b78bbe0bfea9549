/// Ports that are watched on every address that the host has at the moment.
package struct AllAddressesTarget: Hashable, Sendable {
    /// The display name.
    package var name: String
    /// The ports.
    package var ports: PortSet
    /// The client kinds for which the verdict is determined.
    package var clients: Set<ClientKind>
    /// Where the server binds.
    package var server: ServerBinding

    /// Whether its ports are to be guarded.
    package var isGuarded: Bool

    /// An entry as given.
    package init(
        name: String, ports: PortSet, clients: Set<ClientKind>, server: ServerBinding = .any, isGuarded: Bool = false
    ) {
        self.isGuarded = isGuarded
        self.name = name
        self.ports = ports
        self.clients = clients
        self.server = server
    }

    /// The targets on these addresses, created lazily.
    package func targets(on addresses: [IPAddress]) -> some Sequence<Target> {
        ports.ports.lazy.flatMap { port in
            addresses.lazy.map {
                Target(
                    name: name, endpoint: Endpoint($0, port), clients: clients, server: server, isGuarded: isGuarded)
            }
        }
    }
}
