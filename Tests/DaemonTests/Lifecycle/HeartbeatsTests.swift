import HTTP
import Testing

@testable import Daemon

/// What the threads get done, and what was asked.
@Suite struct HeartbeatsTests {
    @Test func `A loop that has begun and then goes without a beat for longer than patience is named`() {
        let progress = Heartbeats(patience: .seconds(20))
        #expect(progress.fault(at: .seconds(1_000)) == nil, "before its first beat a loop has not begun")
        progress.beat(.http, at: .seconds(1_000))
        progress.beat(.probing, at: .seconds(1_010))
        #expect(progress.fault(at: .seconds(1_020)) == nil)
        #expect(progress.fault(at: .seconds(1_021)) == "the http loop has made no progress for 21 s")
        progress.beat(.http, at: .seconds(1_021))
        #expect(progress.fault(at: .seconds(1_030)) == nil)
        #expect(progress.fault(at: .seconds(1_031)) == "the probing loop has made no progress for 21 s")
        progress.setPatience(.seconds(60))
        #expect(progress.fault(at: .seconds(1_031)) == nil)
        #expect(progress.beats == [1, 2])
    }

    @Test func `A fault is newEvents once, and a loop that is stuck is the graver one`() {
        let progress = Heartbeats(patience: .seconds(20))
        progress.beat(.probing, at: .zero)
        #expect(progress.recordFault("open: Permission denied"))
        #expect(!progress.recordFault("open: Permission denied"))
        #expect(progress.fault(at: .zero) == "open: Permission denied")
        #expect(progress.fault(at: .seconds(30)) == "the probing loop has made no progress for 30 s")
        #expect(progress.recordFault(nil))
        #expect(!progress.recordFault(nil))
        #expect(progress.fault(at: .zero) == nil)
    }

    @Test func `Requests are counted by status and route, each pair once`() {
        var counts = RequestCounts()
        for (code, path) in [(200, "/metrics"), (200, "/v1/status"), (304, "/metrics"), (200, "/metrics")] {
            counts.count(code, path)
        }
        let refusal = counts.counting(Response(error: .notFound, message: "no"), "other")
        #expect(refusal.status == .notFound)
        let entries = counts.entries.map { "\($0.code) \($0.path) \($0.count)" }
        #expect(entries == ["200 /metrics 2", "200 /v1/status 1", "304 /metrics 1", "404 other 1"])
    }

    @Test("Old verdicts of configured targets are a degradation, and then a fault, although all threads move")
    func age() {
        let progress = Heartbeats(patience: .seconds(20), bound: .seconds(90))
        #expect(progress.fault(at: .seconds(1000)) == nil && progress.oldestVerdictAge(at: .seconds(1000)) == nil)
        progress.setOldestVerdict(.seconds(1000))
        #expect(progress.degradation(at: .seconds(1060)) == nil)
        #expect(progress.degradation(at: .seconds(1061))?.contains("61 s") == true)
        #expect(progress.fault(at: .seconds(1090)) == nil)
        #expect(progress.fault(at: .seconds(1091))?.contains("oldest verdict") == true)
        #expect(progress.oldestVerdictAge(at: .seconds(1091)) == .seconds(91))
        progress.setBound(.seconds(200))
        #expect(progress.fault(at: .seconds(1091)) == nil)
    }
}
