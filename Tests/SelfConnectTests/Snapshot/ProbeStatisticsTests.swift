import Testing

@testable import SelfConnect

/// Counting of probes.
@Suite struct ProbeStatisticsTests {
    @Test("Probes that ran are counted, skipped ones are not, hindered ones are failures") func counting() {
        var statistics = ProbeStatistics()
        for outcome in Observation.Outcome.allCases {
            statistics.count(
                Observation(
                    client: .connect, outcome: outcome, at: Timestamp(nanoseconds: 0), attempts: 3, elapsed: .seconds(1)
                ),
                of: .loop)
        }
        // What was given up before its first attempt.
        statistics.count(
            Observation(client: .connect, outcome: .timedOut, at: Timestamp(nanoseconds: 0)), of: .loop)
        let loop = statistics.methods[.loop]
        #expect(loop?.probes == 7 && loop?.attempts == 21 && loop?.failures == 3)
        #expect(loop?.elapsed == .seconds(7) && statistics.methods[.directed] == nil)
    }
}
