import Primitives
import SelfConnect

extension JSONWriter {
    /// `/v1/namespaces`.
    mutating func namespaces(_ snapshot: Snapshot) {
        let counts = snapshot.countByNamespace
        object { json in
            json.outsideFingerprint { $0.member("at", "\(snapshot.times.lastPass)") }
            json.array("namespaces", snapshot.host.namespaces) { $0.namespace($1, counts[$1.name] ?? [:]) }
        }
    }

    private mutating func namespace(_ report: NamespaceReport, _ counts: [Verdict: Int]) {
        object { json in
            json.member("name", report.label.text)
            json.member("origin", report.label.origin)
            json.member("inode", report.inode)
            if let kernel = report.kernel {
                json.member("ephemeral_range") { $0.range(kernel.ephemeralRange) }
                json.member("reserved_ports", "\(kernel.reservedPorts)")
            }
            json.object("by_verdict") { json in
                for verdict in Verdict.allCases where counts[verdict] != nil {
                    json.member(verdict.rawValue, counts[verdict])
                }
            }
            json.member("ephemeral_listeners", report.census.listeners.count)
            json.member("self_connections", report.census.selfConnections.count)
            json.outsideFingerprint { json in
                json.member("last_visit", report.visited.map { "\($0)" })
                json.member("visit_seconds", report.visited.map { _ in report.cost.inSeconds })
                json.member("connections_seen", report.connectionsSeen.map { "\($0)" })
            }
            json.member("fault", report.fault)
        }
    }
}
