import Primitives
import SelfConnect

extension JSONWriter {
    /// How many targets the summary names: those that a plug-in prints.
    private static let namedTargets = 5

    /// The members of `/v1/summary`.
    ///
    /// - Parameter remedy: the lasting one of the daemon's own namespace.
    mutating func summaryMembers(_ snapshot: Snapshot, _ service: ServiceFacts, _ remedy: LastingRemedy?) {
        member("service") { $0.service(service, at: snapshot.times.published) }
        member("kernel") { $0.kernel(snapshot.kernel) }
        member("summary") { $0.summary(snapshot, remedy) }
    }

    /// The counts of a snapshot.
    private mutating func summary(_ snapshot: Snapshot, _ remedy: LastingRemedy?) {
        let (verdicts, severities) = (snapshot.countByVerdict, snapshot.countBySeverity)
        let urgent = snapshot.targetsBySeverity.prefix { $0.finding.assessment.severity >= .warning }
        object { json in
            json.member("targets", snapshot.targets.count)
            json.object("by_verdict") { json in
                for verdict in Verdict.allCases { json.member(verdict.rawValue, verdicts[verdict]) }
            }
            json.object("by_severity") { json in
                for severity in Severity.allCases { json.member(severity.rawValue, severities[severity]) }
            }
            json.array("most_severe", urgent.prefix(Self.namedTargets)) { $0.namedTarget($1) }
            json.member("self_connections", snapshot.host.census.selfConnections.count)
            json.member("unwatched_self_connections", snapshot.unwatchedSelfConnections.count)
            json.member("self_connections_total", snapshot.counters.selfConnections)
            json.member("stolen_ports", snapshot.stolen.count)
            json.member("ephemeral_listeners", snapshot.host.census.listeners.count)
            json.member("endpoints_left_out", snapshot.host.unwatched.count > 0 ? snapshot.host.unwatched.count : nil)
            json.remedyMember(remedy)
            json.member("event_stream") { $0.eventStream(snapshot.eventStream) }
            json.outsideFingerprint { json in
                json.member("failed_connects") { $0.failedConnects(snapshot.counters.failedConnects) }
                json.member("last_pass", "\(snapshot.times.lastPass)")
            }
        }
    }

    /// A target by its name and verdict, with the first step that frees its port.
    private mutating func namedTarget(_ watched: WatchedTarget) {
        let (target, assessment) = (watched.target, watched.finding.assessment)
        object { json in
            json.member("name", target.name)
            json.member("endpoint", "\(target.endpoint)")
            json.member("namespace", target.namespace)
            json.member("verdict", assessment.verdict)
            json.member("severity", assessment.severity)
            json.member("first_step", watched.finding.steps.first?.text(in: target.namespace))
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
