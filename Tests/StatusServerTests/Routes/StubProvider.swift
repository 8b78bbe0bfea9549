import Linux
import Monitor
import SelfConnect

@testable import StatusServer

/// The data of the status endpoint without the daemon: the test publishes, and the HTTP thread's heartbeats count.
struct StubProvider: StatusProvider {
    let store = SnapshotStore()
    let heartbeats = Heartbeats(HealthLimits(stall: .seconds(60)))
    /// Where metrics wait when they are rendered.
    let gate = Gate()
    let service = ServiceFacts(hostname: "", started: Clock.wall, configurationPath: nil, lastReload: Clock.wall)

    var snapshot: Snapshot? { store.snapshot }
    var generation: Int { store.generation }
    var serviceRevision: Int { 0 }
    var droppedLogLines: Int {
        gate.pass()
        return 0
    }

    func fault(at now: Duration) -> String? { heartbeats.fault(at: now) }
    func degradation(at now: Duration) -> String? { heartbeats.degradation(at: now) }
    func oldestVerdictAge(at now: Duration) -> Duration? { heartbeats.oldestVerdictAge(at: now) }
    func recordProgress(at now: Duration) { heartbeats.record(.http, at: now) }
}
