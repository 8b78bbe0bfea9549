import Testing

@testable import Monitor

/// The progress of the threads, and faults.
@Suite struct HeartbeatsTests {
    @Test func `A loop without a heartbeat for longer than the limit is reported`() {
        let heartbeats = Heartbeats(HealthLimits(stall: .seconds(20)))
        #expect(heartbeats.fault(at: .seconds(1_000)) == nil, "before its first beat a loop has not begun")
        heartbeats.record(.http, at: .seconds(1_000))
        heartbeats.record(.probing, at: .seconds(1_010))
        #expect(heartbeats.fault(at: .seconds(1_020)) == nil)
        #expect(heartbeats.fault(at: .seconds(1_021)) == "the http loop has made no progress for 21 s")
        heartbeats.record(.http, at: .seconds(1_021))
        #expect(heartbeats.fault(at: .seconds(1_030)) == nil)
        #expect(heartbeats.fault(at: .seconds(1_031)) == "the probing loop has made no progress for 21 s")
        heartbeats.apply(HealthLimits(stall: .seconds(60)))
        #expect(heartbeats.fault(at: .seconds(1_031)) == nil)
        #expect(heartbeats.counts == [1, 2])
    }

    @Test func `A fault is reported once, and a stuck loop is more severe`() {
        let heartbeats = Heartbeats(HealthLimits(stall: .seconds(20)))
        heartbeats.record(.probing, at: .zero)
        #expect(heartbeats.recordFault("open: Permission denied"))
        #expect(!heartbeats.recordFault("open: Permission denied"))
        #expect(heartbeats.fault(at: .zero) == "open: Permission denied")
        #expect(heartbeats.fault(at: .seconds(30)) == "the probing loop has made no progress for 30 s")
        #expect(heartbeats.recordFault(nil))
        #expect(!heartbeats.recordFault(nil))
        #expect(heartbeats.fault(at: .zero) == nil)
    }

    @Test("Old verdicts of configured targets are a degradation and then a fault, even if all threads make progress")
    func age() {
        let heartbeats = Heartbeats(HealthLimits(stall: .seconds(20), verdictAge: .seconds(90)))
        #expect(heartbeats.fault(at: .seconds(1000)) == nil && heartbeats.oldestVerdictAge(at: .seconds(1000)) == nil)
        heartbeats.setOldestVerdict(.seconds(1000))
        #expect(heartbeats.degradation(at: .seconds(1060)) == nil)
        #expect(heartbeats.degradation(at: .seconds(1061))?.contains("61 s") == true)
        #expect(heartbeats.fault(at: .seconds(1090)) == nil)
        #expect(heartbeats.fault(at: .seconds(1091))?.contains("oldest verdict") == true)
        #expect(heartbeats.oldestVerdictAge(at: .seconds(1091)) == .seconds(91))
        heartbeats.apply(HealthLimits(stall: .seconds(20), verdictAge: .seconds(200)))
        #expect(heartbeats.fault(at: .seconds(1091)) == nil)
    }
}
