package import Linux
package import SelfConnect

/// The TCP sockets of the calling thread's network namespace, from /proc/net/tcp and tcp6 (proc(5)): a source other
/// than the tested one.
package enum SocketStates {
    /// The number of closed connections with none of these ports at either end.
    package static func timeWaitCount(apartFrom ports: Set<UInt16>) throws(SystemCallError) -> Int {
        try all().count { $0.state == timeWait && ports.isDisjoint(with: [$0.local, $0.peer]) }
    }

    /// The number of connections in TIME_WAIT whose local port is one of these.
    package static func timeWaitCount(from ports: PortRange) throws(SystemCallError) -> Int {
        try all().count { $0.state == timeWait && ports.contains($0.local) }
    }

    /// The number of connections of a server on this port, accepted or not; includes those without an owner, but not
    /// TIME_WAIT.
    package static func connectionCount(on port: UInt16) throws(SystemCallError) -> Int {
        try all().count { $0.local == port && $0.state != timeWait && $0.state != listen }
    }

    /// Whether a socket that follows destroy events has lost messages: the column `Drops` of /proc/net/netlink.
    package static func hasLostEvents() throws(SystemCallError) -> Bool {
        let rows = try KernelFile.text("/proc/thread-self/net/netlink").split(separator: "\n").dropFirst()
        return rows.contains { row in
            let columns = row.split(separator: " ")
            // The protocol NETLINK_SOCK_DIAG.
            return columns[1] == "4" && columns[8] != "0"
        }
    }

    private static let timeWait = "06"
    private static let listen = "0A"

    private static func all() throws(SystemCallError) -> [(local: UInt16, peer: UInt16, state: Substring)] {
        var sockets: [(local: UInt16, peer: UInt16, state: Substring)] = []
        for file in ["tcp", "tcp6"] {
            for line in try KernelFile.text("/proc/thread-self/net/\(file)").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 3, let local = UInt16(fields[1].suffix(4), radix: 16),
                    let peer = UInt16(fields[2].suffix(4), radix: 16)
                else { continue }
                sockets.append((local, peer, fields[3]))
            }
        }
        return sockets
    }
}
