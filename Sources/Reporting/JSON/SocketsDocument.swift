import Primitives
import SelfConnect

extension JSONWriter {
    /// Limit on lists that any local user can fill; the rest is counted.
    private static let socketLimit = 10_000

    /// `/v1/sockets`.
    mutating func sockets(_ snapshot: Snapshot) {
        let census = snapshot.host.census
        let stolen = snapshot.stolen
        let lengths = [census.listeners.count, census.selfConnections.count, stolen.count]
        object { json in
            json.outsideFingerprint { $0.member("at", "\(snapshot.times.lastPass)") }
            json.array("self_connections", census.selfConnections.prefix(Self.socketLimit)) { $0.holder($1) }
            json.array("stolen_ports", stolen.prefix(Self.socketLimit)) { $0.stolenPort($1) }
            json.array("listeners", census.listeners.prefix(Self.socketLimit)) { $0.holder($1) }
            json.member("left_out", lengths.reduce(census.omitted) { $0 + max(0, $1 - Self.socketLimit) })
        }
    }

    private mutating func stolenPort(_ watched: WatchedTarget) {
        object { json in
            json.member("target", "\(watched.target.id)")
            if let holder = watched.finding.evidence.stealingConnection { json.member("holder") { $0.holder(holder) } }
        }
    }

    /// A socket that holds a port.
    mutating func holder(_ holder: Holder) {
        object { json in
            json.member("state", holder.state)
            json.member("local", "\(holder.socket.local)")
            json.member("peer", holder.isServer ? nil : "\(holder.socket.peer)")
            // The kernel reports uid 0 for a socket that its owner has closed: it does not belong to root.
            json.member("uid", holder.socket.inode == 0 ? nil : holder.socket.uid)
            json.member("user", holder.user)
            json.member("unit", holder.unit)
            json.member("cgroup", holder.unit == nil ? holder.controlGroup : nil)
            json.member("pid", holder.pid)
            json.member("command", holder.command)
            json.member("reuses_address", holder.reusesAddress)
            json.member("container", holder.container?.text)
            json.member("namespace", holder.namespace)
        }
    }
}
