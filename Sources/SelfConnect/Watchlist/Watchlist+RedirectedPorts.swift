extension Watchlist {
    /// The redirected ports of an address of the own namespace: those of targets, and those of `remembered` for which
    /// there is no target.
    package func redirectedPorts(on address: IPAddress, correcting remembered: PortSet) -> PortSet {
        var ports = Set(remembered.ports)
        for watched in all where watched.target.namespace == nil && watched.target.id.endpoint.address == address {
            let port = watched.target.endpoint.port
            if watched.finding.evidence.probes.isRedirected { ports.insert(port) } else { ports.remove(port) }
        }
        return PortSet(ports: ports)
    }
}
