// The sockets that have a port: as a namespace's state shows them, and as they are now.

import Linux
import SelfConnect

extension Survey {
    /// What a table shows of the endpoint's port. It has to have the listeners of all ports, too.
    func portSockets(of endpoint: Endpoint, in table: SocketTable, readAt: Duration) -> PortSockets {
        let holders = guards.others(table.holders(of: endpoint))
        return PortSockets(
            holders: holders, listeningPeers: table.listeningPeers(of: holders),
            guards: guards.addresses(on: endpoint.port), isIncomplete: !table.gaps.isEmpty,
            readAt: readAt)
    }

    /// The current sockets that have the endpoint's port, and which of their peers listen. All listeners are read only if a
    /// connection has the port.
    mutating func freshSockets(of endpoint: Endpoint) throws(SystemCallError) -> PortSockets {
        let now = Clock.monotonic
        var table = try freshTable(of: endpoint)
        if table.holders(of: endpoint).contains(where: { !$0.isServer }) {
            let listeners = try sockets.listeners()
            for listener in listeners.all where listener.local.port != endpoint.port { table.insert(listener) }
            table.gaps += listeners.gaps
        }
        return portSockets(of: endpoint, in: table, readAt: now)
    }

    /// The current sockets that have the endpoint's port.
    mutating func freshHolders(of endpoint: Endpoint) throws(SystemCallError) -> [Holder] {
        guards.others(try freshTable(of: endpoint).holders(of: endpoint))
    }
}
