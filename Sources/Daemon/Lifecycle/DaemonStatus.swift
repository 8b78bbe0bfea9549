import Monitor
import SelfConnect
import StatusServer

/// The state of the daemon's threads, as the status endpoint reports it.
struct DaemonStatus: StatusProvider {
    let store: SnapshotStore
    let heartbeats: Heartbeats
    let state: ServiceState
    let log: LogSink

    var snapshot: Snapshot? { store.snapshot }
    var generation: Int { store.generation }
    var service: ServiceFacts { state.facts }
    var serviceRevision: Int { state.revision }
    var droppedLogLines: Int { log.droppedLines }

    func fault(at now: Duration) -> String? { heartbeats.fault(at: now) }
    func degradation(at now: Duration) -> String? { heartbeats.degradation(at: now) }
    func oldestVerdictAge(at now: Duration) -> Duration? { heartbeats.oldestVerdictAge(at: now) }
    func recordProgress(at now: Duration) { heartbeats.record(.http, at: now) }
}
