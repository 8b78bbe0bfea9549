import Primitives
import SelfConnect

extension JSONWriter {
    /// The counts of a snapshot, as in `/v1/status`.
    mutating func summary(_ snapshot: Snapshot) {
        let counts = snapshot.countByVerdict
        object { json in
            json.member("targets", snapshot.targets.count)
            json.object("by_verdict") { json in
                for verdict in Verdict.allCases { json.member(verdict.rawValue, counts[verdict]) }
            }
            json.member("self_connections", snapshot.census.selfConnections.count)
            json.member("stolen_ports", snapshot.stolen.count)
            json.member("ephemeral_listeners", snapshot.census.listeners.count)
            json.member("endpoints_left_out", snapshot.unwatched.count > 0 ? snapshot.unwatched.count : nil)
            json.remedyMember(snapshot.remedies[nil])
            json.outsideFingerprint { $0.member("last_pass", "\(snapshot.at)") }
        }
    }
}
