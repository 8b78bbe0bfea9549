import Primitives
import SelfConnect

extension JSONWriter {
    /// The members of `/v1/summary`.
    ///
    /// - Parameter remedy: the lasting one of the daemon's own namespace.
    mutating func summaryMembers(_ snapshot: Snapshot, _ service: ServiceFacts, _ remedy: LastingRemedy?) {
        member("service") { $0.service(service, at: snapshot.published) }
        member("kernel") { $0.kernel(snapshot.kernel) }
        member("summary") { $0.summary(snapshot, remedy) }
    }

    /// The counts of a snapshot.
    private mutating func summary(_ snapshot: Snapshot, _ remedy: LastingRemedy?) {
        let counts = snapshot.countByVerdict
        object { json in
            json.member("targets", snapshot.targets.count)
            json.object("by_verdict") { json in
                for verdict in Verdict.allCases { json.member(verdict.rawValue, counts[verdict]) }
            }
            json.member("self_connections", snapshot.census.selfConnections.count)
            json.member("self_connections_total", snapshot.selfConnections)
            json.member("stolen_ports", snapshot.stolen.count)
            json.member("ephemeral_listeners", snapshot.census.listeners.count)
            json.member("endpoints_left_out", snapshot.unwatched.count > 0 ? snapshot.unwatched.count : nil)
            json.remedyMember(remedy)
            json.member("event_stream") { $0.eventStream(snapshot.eventStream) }
            json.outsideFingerprint { json in
                json.member("failed_connects") { $0.failedConnects(snapshot.failedConnects) }
                json.member("last_pass", "\(snapshot.at)")
            }
        }
    }

    private mutating func failedConnects(_ connects: FailedConnects) {
        object { json in
            json.member("total", connects.total)
            json.member("per_second", connects.rate?.rounded(toPlaces: 3))
        }
    }

    private mutating func eventStream(_ stream: EventStream) {
        object { json in
            switch stream.state {
            case .off: json.member("state", "off")
            case .followed: json.member("state", "followed")
            case .unavailable(let reason):
                json.member("state", "unavailable")
                json.member("reason", reason)
            }
            json.member("lost", stream.overruns)
        }
    }
}
